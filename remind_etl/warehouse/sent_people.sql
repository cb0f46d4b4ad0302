-- The people of the files that the platform does not have with these names and contacts, each once.
-- Grain: one row a role, id, name and contacts. Key: none.
-- Inputs: raw.teachers, raw.students, known_people, known_contacts. Outputs: trace_sent_people.

create or replace temp table trace_sent_people as
with sent as (
    select
        'teacher' as "role",
        'teachers.csv' as "file",
        line,
        teacher_id as person_id,
        teacher_first_name as first_name,
        teacher_last_name as last_name,
        teacher_email as email,
        teacher_mobile_phone as phone
    from raw.teachers
    union all
    select
        'student',
        'students.csv',
        line,
        student_id,
        student_first_name,
        student_last_name,
        student_email,
        student_phone
    from raw.students
    union all
    select
        'guardian',
        'students.csv',
        line,
        student_id,
        guardian_first_name,
        guardian_last_name,
        guardian_email,
        guardian_phone
    from raw.students
),

forms as (
    select
        *,
        lower(email) as email_form,
        regexp_replace(phone, '[^0-9]', '', 'g') as digits
    from sent
    where coalesce(first_name, last_name, email, phone) is not null
)

select
    person."role",
    person."file",
    min(person.line) as line,
    person.person_id,
    person.first_name,
    person.last_name,
    person.email,
    person.phone,
    person.email_form,
    person.digits
from forms as person
left join known_people as account
    on
        person."role" = account."role"
        and person.person_id = account.person_id
        and person.first_name is not distinct from account.first_name
        and person.last_name is not distinct from account.last_name
left join known_contacts as email on account.account_id = email.account_id and person.email_form = email.form
left join known_contacts as phone on account.account_id = phone.account_id and right(person.digits, 10) = phone.form
where
    account.account_id is null
    or (person.email is not null and email.form is null)
    or (person.phone is not null and phone.form is null)
group by all;
