-- One row: the schools that wait to be linked, and the people who are at no other school.
create or replace table mapped.waiting as
with waiting as (
    select school_id from mapped.schools
    where link not in ('confirmed', 'ignored')
),

people as (
    select
        'teacher' as "role",
        teacher_id as id,
        school_id
    from valid.teachers
    union all
    select
        'student',
        student_id,
        school_id
    from valid.students
)

select
    (select count(*) from waiting) as schools,
    count(*) as people
from (
    select
        "role",
        id
    from people
    group by all
    having bool_and(school_id in (select w.school_id from waiting as w))
);
