-- The record and line that claim a contact point with a problem: of the person who lost it and of the one who has it, or of
-- the person whose contact point accounts outside of the district have. A guardian has no id in the files, so the student
-- with the first id stands for the guardian. So the order of rows does not change a problem's record.
-- Grain: one row a person and contact point. Key: person, value.
-- Inputs: provisioned_steps.lost_contacts, provisioned_steps.outside_contacts, provisioned_steps.student_lines,
-- provisioned_steps.live_students, provisioned_steps.live_teachers, valid.students, valid.teachers.
-- Outputs: provisioned_steps.claiming_rows.

create or replace table provisioned_steps.claiming_rows as
with claimants as (
    select
        person,
        "value"
    from provisioned_steps.lost_contacts
    union
    select
        holder,
        "value"
    from provisioned_steps.lost_contacts
    union
    select
        person,
        "value"
    from provisioned_steps.outside_contacts
),

lines_of_guardians as (
    select
        claimant.person,
        claimant."value",
        unnest(min({ 'student_id': student.student_id, 'line': student.line, 'school_id': student.school_id }))
    from claimants as claimant
    inner join provisioned_steps.student_lines as line
        on claimant.person = line.guardian and claimant."value" in (line.email, line.phone)
    inner join valid.students as student on line.line = student.line
    group by claimant.person, claimant."value"
)

select
    person,
    "value",
    'guardian' as "role",
    student_id as record_id,
    line,
    school_id
from lines_of_guardians
union all
select
    claimant.person,
    claimant."value",
    'student',
    student.student_id,
    student.line,
    student_row.school_id
from claimants as claimant
inner join provisioned_steps.live_students as student on claimant.person = student.person
inner join valid.students as student_row on student.line = student_row.line
union all
select
    claimant.person,
    claimant."value",
    'teacher',
    teacher.teacher_id,
    teacher.line,
    teacher_row.school_id
from claimants as claimant
inner join provisioned_steps.live_teachers as teacher on claimant.person = teacher.person
inner join valid.teachers as teacher_row on teacher.line = teacher_row.line;
