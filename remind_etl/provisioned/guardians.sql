-- The guardians, with the first email and phone in byte order. A delivered name stays while a row has it. Else the first
-- line with a name gives the name.
-- Grain: one row a guardian. Key: person; guardian_id.
-- Inputs: provisioned_steps.student_lines, provisioned_steps.known_guardians, valid.students.
-- Outputs: provisioned_steps.guardians.

create or replace table provisioned_steps.guardians as
with delivered_names as (
    select distinct
        student,
        name_key
    from provisioned_steps.known_guardians
    where not is_removed
),

lines_of_guardian as (
    select
        line.guardian as person,
        any_value(line.guardian_id) as guardian_id,
        coalesce(
            min(line.line) filter (where delivered.student is not null and line.name_key != ''),
            min(line.line) filter (where line.name_key != '')
        ) as named_on,
        min(hash(line.name_key)) filter (where line.name_key != '')
        != max(hash(line.name_key)) filter (where line.name_key != '') as is_named_twice,
        min(line.email) as email,
        max(line.email) as last_email,
        min(line.phone) as phone,
        max(line.phone) as last_phone
    from provisioned_steps.student_lines as line
    left join delivered_names as delivered on line.student = delivered.student and line.name_key = delivered.name_key
    where line.guardian is not null
    group by line.guardian
)

select
    guardian.* exclude (named_on),
    student.guardian_first_name as first_name,
    student.guardian_last_name as last_name
from lines_of_guardian as guardian
left join valid.students as student on guardian.named_on = student.line;
