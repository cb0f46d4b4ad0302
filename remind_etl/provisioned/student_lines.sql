-- The lines of students at linked schools, each with the guardian that it names. A guardian's id is the email; without
-- one, the email of the one guardian with the same phone and name; else phone and name.
-- Grain: one row a line. Key: line.
-- Inputs: provisioned.guardian_lines, provisioned.live_schools, provisioned_steps.live_students,
-- provisioned_steps.live_teachers.
-- Outputs: provisioned_steps.student_lines.

create or replace table provisioned_steps.student_lines as
with live_lines as (
    select
        line.* exclude (student_id, school_id),
        student.person as student,
        school.school_number
    from provisioned.guardian_lines as line
    inner join provisioned_steps.live_students as student on line.student_id = student.student_id
    inner join provisioned.live_schools as school on line.school_id = school.school_id
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
        min(live_lines.email) as email
    from live_lines
    semi join phones_without_email on live_lines.phone = phones_without_email.phone
    where live_lines.email is not null
    group by live_lines.phone, live_lines.name_key
    having min(live_lines.email) = max(live_lines.email)
),

identified_lines as (
    select
        live_lines.* exclude (email),
        live_lines.email is not null as has_email,
        coalesce(live_lines.email, same.email, live_lines.phone || ' ' || live_lines.name_key) as guardian_id
    from live_lines
    left join emails_by_phone_and_name as same
        on live_lines.email is null and live_lines.phone = same.phone and live_lines.name_key = same.name_key
),

guardian_ids as (
    select distinct guardian_id
    from identified_lines
    where guardian_id is not null
),

numbered_guardians as (
    select
        guardian_id,
        (select count(*) from provisioned_steps.live_teachers) + row_number() over (order by guardian_id) as guardian
    from guardian_ids
)

select
    identified_lines.*,
    numbered.guardian
from identified_lines
left join numbered_guardians as numbered on identified_lines.guardian_id = numbered.guardian_id;
