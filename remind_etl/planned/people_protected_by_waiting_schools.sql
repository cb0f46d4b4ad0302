-- A teacher or student stays if their rows are at a school that waits to be linked, and no row at another school gives them
-- an account.
-- Grain: one row an account and file. Key: account_id, file.
-- Inputs: valid.teachers, valid.students, provisioned.account_rows, planned_steps.waiting_schools,
-- planned_steps.delivered_people. Outputs: planned_steps.protected_accounts.

insert into planned_steps.protected_accounts
with waiting_rows as (
    select
        'teachers.csv' as "file",
        teacher.teacher_id as person_id,
        teacher.line
    from valid.teachers as teacher
    semi join planned_steps.waiting_schools as school on teacher.school_id = school.school_id
    anti join provisioned.account_rows as account_row on teacher.teacher_id = account_row.teacher_id
    union all
    select
        'students.csv',
        student.student_id,
        student.line
    from valid.students as student
    semi join planned_steps.waiting_schools as school on student.school_id = school.school_id
    anti join provisioned.account_rows as account_row on student.student_id = account_row.student_id
)

select
    person.account_id,
    'people_protected_by_waiting_schools' as rule,
    'row_waits' as reason_code,
    waiting."file",
    min(waiting.line) as line
from waiting_rows as waiting
inner join planned_steps.delivered_people as person
    on waiting."file" = person."file" and waiting.person_id = person.person_id
group by person.account_id, waiting."file";
