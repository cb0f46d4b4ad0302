-- Where the people are whom a file asks for: the schools of their rows, and whether a row might be of any other school too,
-- because its school is blank or unknown or the row could not be read.
-- Grain: one row a person of a file. Key: file, id.
-- Inputs: valid_steps.${table}_asked, valid_steps.places, raw.teachers, raw.students,
-- raw.reject_tokens. Outputs: valid_steps.${table}_whereabouts.

create or replace table valid_steps.${table}_whereabouts as
with stays as (
    select
        'teachers.csv' as "file",
        teacher_id as id,
        school_id,
        true as is_readable
    from raw.teachers
    union all
    select
        'students.csv',
        student_id,
        school_id,
        true
    from raw.students
    union all
    select
        "file",
        cell,
        null,
        false
    from raw.reject_tokens
)

select
    stay."file",
    stay.id,
    list(stay.school_id) as school_ids,
    bool_or(
        stay.school_id is null
        or (valid.is_read('schools.csv') and stay.school_id not in (select place.id from valid_steps.places as place))
    ) as may_be_elsewhere
from stays as stay
where stay.id in (select asked.id from valid_steps.${table}_asked as asked)
group by stay."file", stay.id
having bool_or(stay.is_readable);
