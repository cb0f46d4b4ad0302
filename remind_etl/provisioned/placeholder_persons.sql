-- The persons of whom a row gives a placeholder as email or phone: nobody gets it.
-- Grain: one row a person and placeholder. Key: person, value.
-- Inputs: provisioned.sent_contacts, provisioned.placeholders, provisioned_steps.live_teachers,
-- provisioned_steps.live_students, provisioned_steps.student_lines. Outputs: provisioned_steps.placeholder_persons.

create or replace table provisioned_steps.placeholder_persons as
with cells as (
    select
        sent."file",
        sent.line,
        sent."column" like 'guardian%' as is_of_guardian,
        sent."value",
        provisioned_steps.contact_kind(sent."value") as kind
    from provisioned.sent_contacts as sent
    semi join provisioned.placeholders as placeholder on sent."value" = placeholder."value"
)

select
    teacher.person,
    cell.kind,
    cell."value"
from cells as cell
inner join provisioned_steps.live_teachers as teacher on cell.line = teacher.line
where cell."file" = 'teachers.csv'
union
select
    student.person,
    cell.kind,
    cell."value"
from cells as cell
inner join provisioned_steps.live_students as student on cell.line = student.line
where cell."file" = 'students.csv' and not cell.is_of_guardian
union
select
    line.guardian,
    cell.kind,
    cell."value"
from cells as cell
inner join provisioned_steps.student_lines as line on cell.line = line.line
where cell."file" = 'students.csv' and cell.is_of_guardian and line.guardian is not null;
