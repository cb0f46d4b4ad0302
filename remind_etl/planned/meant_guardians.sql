-- The delivered guardians whom a row may mean that gives a guardian of their student no account: the row has their name, or
-- no name of a guardian. A readable name that is not theirs protects nobody else.
-- Grain: one row a guardian and student. Key: guardian_account_id, student_id.
-- Inputs: platform_guardianships, platform_accounts, provisioned.guardians_left_out, provisioned.guardian_lines.
-- Outputs: planned_steps.meant_guardians.

create table planned_steps.meant_guardians as
select
    guardianship.guardian_account_id,
    guardianship.student_id,
    min(row_of_student.line) as line
from platform_guardianships as guardianship
semi join provisioned.guardians_left_out as left_out on guardianship.student_id = left_out.student_id
inner join platform_accounts as guardian on guardianship.guardian_account_id = guardian.account_id
inner join provisioned.guardian_lines as row_of_student
    on
        guardianship.student_id = row_of_student.student_id
        and row_of_student.has_guardian
        and row_of_student.name_key in ('', provisioned.name_key(guardian.first_name, guardian.last_name))
where guardianship.removed_at is null
group by guardianship.guardian_account_id, guardianship.student_id;
