-- The number of schools that wait to be linked, and of people who are at no other school.
-- Grain: one row. Inputs: mapped.schools, valid.teachers, valid.students. Outputs: mapped.waiting.

create or replace table mapped.waiting as
with waiting_schools as (
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
),

waiting_people as (
    select
        "role",
        id
    from people
    group by all
    having bool_and(school_id in (select waiting_school.school_id from waiting_schools as waiting_school))
)

select
    (select count(*) from waiting_schools) as schools,
    count(*) as people
from waiting_people;
