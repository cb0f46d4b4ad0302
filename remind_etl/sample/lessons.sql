-- The classes: a homeroom for each cohort of an elementary school, else six periods, in which cohorts take turns.
-- grain: a class   key: class_id; school, grade, cohort, period   inputs: pupils, district_schools, staff, words
create table lessons as
with cohorts as (
    select distinct
        school,
        grade,
        cohort
    from pupils
),

periods as (
    select
        cohorts.*,
        unnest(case when cohorts.grade <= 5 then [0] else range(1, 7) end) as period
    from cohorts
),

numbered as (
    select
        *,
        row_number() over (partition by school order by period, grade, cohort) as lesson
    from periods
),

courses as (
    select
        right(kind, 2)::bigint as grade,
        row_number() over (partition by kind order by name) - 1 as course,
        name
    from words
    where starts_with(kind, 'course_')
),

keyed as (
    select
        numbered.*,
        district_schools.school_id,
        district_schools.school_id || '-' || printf('%04d', numbered.lesson) as class_id
    from numbered
    inner join district_schools on numbered.school = district_schools.school
)

select
    keyed.school,
    keyed.grade,
    keyed.cohort,
    keyed.period,
    keyed.school_id,
    keyed.class_id,
    owners.teacher_id,
    case
        when keyed.period > 0 then courses.name || ' - Period ' || keyed.period
        when keyed.grade = 0 then 'Kindergarten Homeroom - ' || owners.last_name
        else 'Grade ' || keyed.grade || ' Homeroom - ' || owners.last_name
    end as class_name,
    case when draw('co-teacher', keyed.class_id, 100) < 7 then co_teachers.teacher_id end as co_teacher_id
from keyed
inner join staff as owners
    on keyed.school = owners.school and (keyed.lesson - 1) % owners.teachers = owners.place
inner join staff as co_teachers
    on keyed.school = co_teachers.school and keyed.lesson % co_teachers.teachers = co_teachers.place
left join courses
    on keyed.grade = courses.grade and (keyed.period + keyed.cohort) % 6 = courses.course;
