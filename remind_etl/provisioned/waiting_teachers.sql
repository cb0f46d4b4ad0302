-- The teachers who have an account on the platform and none in the files, because their row was left out. A teacher whom
-- teachers.csv does not name at all does not wait.
-- Grain: one row a teacher. Key: teacher_id.
-- Inputs: provisioned_steps.known_accounts, provisioned.teacher_persons, raw.teachers, raw.reject_tokens, valid.left_out.
-- Outputs: provisioned.waiting_teachers.

create or replace table provisioned.waiting_teachers as
with named_ids as (
    select teacher_id
    from raw.teachers
    union
    select cell
    from raw.reject_tokens
    where "file" = 'teachers.csv'
    union
    select cell
    from valid.left_out
    where "file" = 'teachers.csv'
)

select distinct known.teacher_id
from provisioned_steps.known_accounts as known
semi join named_ids as named on known.teacher_id = named.teacher_id
anti join provisioned.teacher_persons as person on known.teacher_id = person.teacher_id
where known.removed_at is null;
