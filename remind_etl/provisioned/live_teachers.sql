-- The teachers whom rows of linked schools name. Of each column the first value in file order counts.
-- A person in a role has a number. Numbers follow the order in which claims are settled: teachers, then guardians, then
-- students, each by id in byte order. From here on the number stands for the person.
-- Grain: one row a teacher. Key: person; teacher_id.
-- Inputs: provisioned.teacher_rows, provisioned.kept_emails, provisioned.placeholders.
-- Outputs: provisioned_steps.live_teachers.

create or replace table provisioned_steps.live_teachers as
with first_values as (
    select
        teacher_id,
        min(line) as line,
        arg_min(first_name, line) as first_name,
        arg_min(last_name, line) as last_name,
        arg_min(email, line) as email,
        arg_min(phone, line) as phone
    from provisioned.teacher_rows
    group by teacher_id
)

select
    row_number() over (order by teacher.teacher_id) as person,
    teacher.* replace (coalesce(teacher.email, kept.email) as email)
from first_values as teacher
left join provisioned.kept_emails as kept on teacher.teacher_id = kept.teacher_id;

-- Nobody claims a placeholder.
update provisioned_steps.live_teachers
set email = null
where email in (select placeholder."value" from provisioned.placeholders as placeholder);

update provisioned_steps.live_teachers
set phone = null
where phone in (select placeholder."value" from provisioned.placeholders as placeholder);
