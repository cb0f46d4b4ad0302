-- The accounts that the platform knows as guardian of a student of the files, also of one whose id is a new one.
-- Grain: one row an account and student. Key: known, student.
-- Inputs: platform_guardianships, provisioned_steps.known_accounts, provisioned_steps.live_students,
-- provisioned_steps.renumbered_students.
-- Outputs: provisioned_steps.known_guardians.

create or replace table provisioned_steps.known_guardians as
select
    student.person as student,
    account.name_key,
    account.known,
    guardianship.removed_at is not null or account.removed_at is not null as is_removed
from platform_guardianships as guardianship
inner join provisioned_steps.known_accounts as account on guardianship.guardian_account_id = account.account_id
left join provisioned_steps.renumbered_students as renumbered on guardianship.student_id = renumbered.old_student_id
inner join provisioned_steps.live_students as student
    on coalesce(renumbered.student_id, guardianship.student_id) = student.student_id;
