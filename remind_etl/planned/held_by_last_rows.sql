-- Hold `cut_files`: the last cell of teachers.csv or students.csv without the line end of the earlier file may be cut too.
-- `dee@example.org` is then read as the address of somebody else. So all changes of the person of the last row wait, with
-- those of the guardians of a student.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned_steps.cut_files, planned_steps.changes_of_accounts, planned.guardianship_changes,
-- planned.class_membership_changes, provisioned.accounts, provisioned.guardianships, raw.teachers, raw.students.
-- Outputs: planned.waits.

insert into planned.waits
with unended_files as (
    select "file"
    from planned_steps.cut_files
    where reason_code = 'file_lacks_line_end'
),

last_teachers as (
    select teacher_id
    from raw.teachers
    where exists (from unended_files where "file" = 'teachers.csv')
    order by line desc
    limit 1
),

last_students as (
    select student_id
    from raw.students
    where exists (from unended_files where "file" = 'students.csv')
    order by line desc
    limit 1
),

people as (
    select account.account_id
    from provisioned.accounts as account
    semi join last_teachers as last_row on account.teacher_id = last_row.teacher_id
    union
    select account.account_id
    from provisioned.accounts as account
    semi join last_students as last_row on account.student_id = last_row.student_id
),

guardians as (
    select tie.guardian_account_id as account_id
    from provisioned.guardianships as tie
    where tie.student_id in (from last_students)
),

waiting as (
    select change_id
    from planned_steps.changes_of_accounts
    where account_id in (from people) or account_id in (from guardians)
    union
    select change_id
    from planned.guardianship_changes
    where student_account_id in (from people)
    union
    select change_id
    from planned.class_membership_changes
    where account_id in (from people)
)

select
    'cut_files' as hold,
    change_id,
    'file_lacks_line_end' as reason_code
from waiting
on conflict do nothing;
