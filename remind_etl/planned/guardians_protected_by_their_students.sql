-- A guardian stays with a student whose row was left out or waits, and with a student whom only enrollments.csv names.
-- But a student whose id belongs to another person now keeps no guardian of the former one.
-- If a row names a guardian who gets no account, it protects the guardians of that name; without a name, all guardians.
-- Grain: one row an account and student. Key: none.
-- Inputs: planned_steps.protected_accounts, planned_steps.meant_guardians, planned_steps.reused_people, platform_guardianships.
-- Outputs: planned_steps.protected_accounts.

insert into planned_steps.protected_accounts
select
    guardianship.guardian_account_id as account_id,
    'guardians_protected_by_their_students' as rule,
    if(student.reason_code = 'student_in_enrollments', 'their_', 'student_') || student.reason_code as reason_code,
    student."file",
    student.line
from platform_guardianships as guardianship
inner join planned_steps.protected_accounts as student on guardianship.student_account_id = student.account_id
anti join planned_steps.reused_people as reused on guardianship.student_account_id = reused.account_id
where
    guardianship.removed_at is null
    and (
        (student."file" = 'students.csv' and student.reason_code in ('row_rejected', 'row_waits'))
        or student.reason_code = 'student_in_enrollments'
    )
union all
select
    guardian_account_id,
    'guardians_protected_by_their_students',
    'student_row_names_guardian_without_account',
    'students.csv',
    line
from planned_steps.meant_guardians;
