-- The problem of emails and phones that a row claims and that stay with a protected account. A teacher who is not created is
-- told of the email only. A guardian has no id in the files, so the student with the first id stands for the guardian.
-- Inputs: planned_steps.holders_of_taken_contacts, planned_steps.teachers_with_taken_email,
-- provisioned_steps.live_teachers, provisioned_steps.live_students, provisioned_steps.student_lines, valid.teachers,
-- valid.students, provisioned_steps.problems_of_contacts. Outputs: valid.findings.

insert into valid.findings by name
with claims_of_teachers as (
    select
        'teacher' as "role",
        taken.kind,
        taken."value",
        taken.detail,
        teacher.teacher_id as record_id,
        teacher.line,
        teacher_row.school_id
    from planned_steps.holders_of_taken_contacts as taken
    inner join provisioned_steps.live_teachers as teacher on taken.person = teacher.person
    inner join valid.teachers as teacher_row on teacher.line = teacher_row.line
    left join planned_steps.teachers_with_taken_email as refused
        on taken.account_id = refused.account_id and refused.is_new
    where taken.kind = 'email' or refused.account_id is null
),

claims_of_guardians as (
    select
        'guardian' as "role",
        taken.kind,
        taken."value",
        any_value(taken.detail) as detail,
        unnest(min({ 'record_id': student.student_id, 'line': student.line, 'school_id': student.school_id }))
    from planned_steps.holders_of_taken_contacts as taken
    inner join provisioned_steps.student_lines as line
        on taken.person = line.guardian and taken."value" in (line.email, line.phone)
    inner join valid.students as student on line.line = student.line
    group by taken.kind, taken."value"
),

claims_of_students as (
    select
        'student' as "role",
        taken.kind,
        taken."value",
        taken.detail,
        student.student_id as record_id,
        student.line,
        student_row.school_id
    from planned_steps.holders_of_taken_contacts as taken
    inner join provisioned_steps.live_students as student on taken.person = student.person
    inner join valid.students as student_row on student.line = student_row.line
)

select
    'planned/changes' as found_by,
    problem.code,
    problem."file",
    claim.line,
    problem."column",
    claim."value",
    claim."role" as record_type,
    claim.record_id,
    claim.school_id,
    claim.detail
from (
    from claims_of_teachers
    union all by name
    from claims_of_guardians
    union all by name
    from claims_of_students
) as claim
inner join provisioned_steps.problems_of_contacts as problem on claim."role" = problem."role" and claim.kind = problem.kind;
