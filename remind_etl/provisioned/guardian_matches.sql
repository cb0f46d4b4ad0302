-- Guardians of the files and accounts that the platform knows as guardian of the same student by the same name.
-- Grain: one row a line and account. Key: none, because several lines may name a student's guardian.
-- Inputs: platform_guardianships, provisioned_steps.known_accounts, provisioned_steps.live_students,
-- provisioned_steps.student_lines.
-- Outputs: provisioned_steps.guardian_matches.

create or replace table provisioned_steps.guardian_matches as
with known_guardians as (
    select
        student.person as student,
        account.name_key,
        account.known,
        guardianship.removed_at is not null or account.removed_at is not null as is_removed
    from platform_guardianships as guardianship
    inner join provisioned_steps.known_accounts as account on guardianship.guardian_account_id = account.account_id
    inner join provisioned_steps.live_students as student on guardianship.student_id = student.student_id
    where account.name_key != ''
)

select
    line.guardian as person,
    line.student,
    known_guardians.known,
    known_guardians.is_removed
from provisioned_steps.student_lines as line
inner join known_guardians on line.student = known_guardians.student and line.name_key = known_guardians.name_key
where line.guardian is not null;
