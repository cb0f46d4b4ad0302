-- The guardians, with the name of the first line that gives one, and the first phone in byte order.
-- Grain: one row a guardian. Key: person; guardian_id.
-- Inputs: provisioned_steps.student_lines, valid.students. Outputs: provisioned_steps.guardians.

create or replace table provisioned_steps.guardians as
with lines_of_guardian as (
    select
        guardian as person,
        any_value(guardian_id) as guardian_id,
        min(line) filter (where name_key != '') as named_on,
        min(hash(name_key)) filter (where name_key != '')
        != max(hash(name_key)) filter (where name_key != '') as is_named_twice,
        bool_or(has_email) as has_email,
        min(phone) as phone,
        max(phone) as last_phone
    from provisioned_steps.student_lines
    where guardian is not null
    group by guardian
)

select
    guardian.person,
    guardian.guardian_id,
    student.guardian_first_name as first_name,
    student.guardian_last_name as last_name,
    guardian.is_named_twice,
    guardian.has_email,
    guardian.phone,
    guardian.last_phone
from lines_of_guardian as guardian
left join valid.students as student on guardian.named_on = student.line;
