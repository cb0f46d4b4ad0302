-- The lines of students at linked schools, with the id of the guardian that each names. The id is the email; without one,
-- the email of the one guardian with the same phone and name; else phone and name. A family that shares another family's
-- email has its name in the id too. So has a teacher whose email is also that of guardians with other names: they are others.
-- Grain: one row a line. Key: line.
-- Inputs: provisioned.guardian_lines, provisioned.live_schools, provisioned_steps.live_students,
-- provisioned_steps.live_teachers, provisioned_steps.contact_families.
-- Outputs: provisioned_steps.guardian_ids.

create or replace table provisioned_steps.guardian_ids as
with teacher_names as (
    select distinct
        email,
        provisioned.name_key(first_name, last_name) as name_key
    from provisioned_steps.live_teachers
    where email is not null
),

live_lines as (
    select
        line.* exclude (student_id, school_id),
        student.person as student,
        school.school_number,
        case
            when family."value" is not null and teacher.email is not null then 'teacher ' || line.name_key
            when not family.has_value then family.family
        end as other_family
    from provisioned.guardian_lines as line
    inner join provisioned_steps.live_students as student on line.student_id = student.student_id
    inner join provisioned.live_schools as school on line.school_id = school.school_id
    left join provisioned_steps.contact_families as family
        on line.email = family."value" and line.name_key = family.name_key
    left join teacher_names as teacher on line.email = teacher.email and line.name_key = teacher.name_key
),

phones_without_email as (
    select distinct phone
    from live_lines
    where email is null
),

emails_by_phone_and_name as (
    select
        live_lines.phone,
        live_lines.name_key,
        min(concat_ws(' ', live_lines.email, live_lines.other_family)) as guardian_id
    from live_lines
    semi join phones_without_email on live_lines.phone = phones_without_email.phone
    where live_lines.email is not null
    group by live_lines.phone, live_lines.name_key
    having min(live_lines.email) = max(live_lines.email)
)

select
    live_lines.* exclude (other_family),
    case
        when live_lines.email is not null then concat_ws(' ', live_lines.email, live_lines.other_family)
        else coalesce(same.guardian_id, live_lines.phone || ' ' || live_lines.name_key)
    end as guardian_id
from live_lines
left join emails_by_phone_and_name as same
    on live_lines.email is null and live_lines.phone = same.phone and live_lines.name_key = same.name_key;
