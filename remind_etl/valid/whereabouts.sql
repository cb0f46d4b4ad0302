-- Where people are, as far as the files tell. Inputs: places, raw.teachers, raw.students, raw.reject_tokens.

-- The people whom a file asks for. Key: id.
create or replace temp table asked (
    id varchar
);

-- One row such a person of a file: the schools of their rows, and whether a row might be of any other school too, because
-- its school is blank or unknown or the row could not be read. Key: file, id.
create or replace temp view whereabouts as
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
    "file",
    id,
    list(school_id) as school_ids,
    bool_or(school_id is null or (is_read('schools.csv') and school_id not in (select p.id from places as p)))
        as may_be_elsewhere
from stays
where id in (select a.id from asked as a)
group by "file", id
having bool_or(is_readable);
