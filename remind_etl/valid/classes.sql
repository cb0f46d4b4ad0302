-- The judged rows of classes.csv. Key: line. Inputs: raw.classes, raw.schools, raw.teachers, raw.rejects, valid.teachers.
-- A teacher whose own row was left out is known: the class waits with that row's error, and gets none of its own.

create or replace temp table judged as
with known_schools as (
    select school_id from raw.schools
    union
    select trim(unnest(cells)) from raw.rejects where "file" = 'schools.csv'
),

known_teachers as (
    select teacher_id from raw.teachers
    union
    select trim(unnest(cells)) from raw.rejects where "file" = 'teachers.csv'
),

typed as (
    select
        c.*,
        is_read('schools.csv') and c.school_id not in (select k.school_id from known_schools as k where k.school_id is not null)
            as is_school_unknown,
        is_read('teachers.csv')
        and c.teacher_id not in (select k.teacher_id from known_teachers as k where k.teacher_id is not null)
            as is_teacher_unknown,
        c.teacher_id in (select t.teacher_id from valid.teachers as t)
        and (c.teacher_id, c.school_id) not in (select (t.teacher_id, t.school_id) from valid.teachers as t)
            as is_teacher_elsewhere
    from raw.classes as c
)

select
    line,
    school_id,
    class_id,
    teacher_id,
    class_name,
    class_id as record_id,
    faults([
        blank(class_id, 'class_id', 'missing_id'),
        blank(school_id, 'school_id', 'missing_value'),
        blank(teacher_id, 'teacher_id', 'missing_value'),
        blank(class_name, 'class_name', 'missing_value'),
        long(school_id, 'school_id', 1000),
        long(class_id, 'class_id', 1000),
        long(teacher_id, 'teacher_id', 1000),
        long(class_name, 'class_name', 255),
        found(row_number() over (partition by class_id order by line) > 1, 'duplicate_class', 'class_id', class_id),
        found(is_school_unknown, 'unknown_school', 'school_id', school_id),
        found(is_teacher_unknown, 'unknown_teacher', 'teacher_id', teacher_id),
        found(is_teacher_elsewhere and not is_school_unknown, 'school_mismatch', 'teacher_id', teacher_id)
    ]) as errors,
    faults([found(false, null, null, null)]) as alerts,
    [school_id, class_id, teacher_id] as ids
from typed;

-- One row a class. Key: class_id.
create or replace table valid.classes as
select
    line,
    school_id,
    class_id,
    teacher_id,
    class_name
from judged
where len(errors) = 0;
