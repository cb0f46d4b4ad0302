-- The students whom rows of linked schools name. Of each column the first value in file order counts.
-- Their numbers leave room for as many guardians as students.csv has lines.
-- Grain: one row a student. Key: person; student_id.
-- Inputs: provisioned.student_rows, valid.students, provisioned_steps.live_teachers, provisioned.placeholders.
-- Outputs: provisioned_steps.live_students.

create or replace table provisioned_steps.live_students as
with first_values as (
    select
        student_id,
        min(line) as line,
        arg_min(first_name, line) as first_name,
        arg_min(last_name, line) as last_name,
        arg_min(dob, line) as dob,
        arg_min(grade, line) as grade,
        arg_min(email, line) as email,
        arg_min(phone, line) as phone
    from provisioned.student_rows
    group by student_id
),

numbers_before as (
    select (select count(*) from provisioned_steps.live_teachers) + (select count(*) from valid.students) as people
)

select
    numbers_before.people + row_number() over (order by student_id) as person,
    first_values.*
from first_values
cross join numbers_before;

-- Nobody claims a placeholder.
update provisioned_steps.live_students
set email = null
where email in (select placeholder."value" from provisioned.placeholders as placeholder);

update provisioned_steps.live_students
set phone = null
where phone in (select placeholder."value" from provisioned.placeholders as placeholder);
