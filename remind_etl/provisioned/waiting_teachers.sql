-- The teachers who have an account on the platform and none in the files.
-- Grain: one row a teacher. Key: teacher_id.
-- Inputs: provisioned_steps.known_accounts, provisioned.account_rows. Outputs: provisioned.waiting_teachers.

create or replace table provisioned.waiting_teachers as
select distinct known.teacher_id
from provisioned_steps.known_accounts as known
anti join provisioned.account_rows as account on known.teacher_id = account.teacher_id
where known.teacher_id is not null and known.removed_at is null;
