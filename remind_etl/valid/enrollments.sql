-- The judged rows of enrollments.csv. Key: line.
-- Inputs: raw.enrollments, known, whereabouts, valid.classes, valid.students, valid.teachers.
-- An id that is both a student's and a teacher's means the student. A row whose class or person was left out waits: it
-- has no error of its own. A class or person that the files do not name at all is reported once, under that id.

create or replace temp table judged as
with people as (
    select
        *,
        case "file" when 'students.csv' then 'student' else 'teacher' end as "role"
    from whereabouts
    qualify row_number() over (partition by id order by "file") = 1
),

taken as (
    select distinct
        'student' as "role",
        student_id as id,
        school_id
    from valid.students
    union all
    select distinct
        'teacher',
        teacher_id,
        school_id
    from valid.teachers
),

typed as (
    select
        e.*,
        p."role",
        c.school_id = e.school_id and t.id is not null as is_whole,
        leads_nowhere(e.class_id, 'classes.csv') as is_class_unknown,
        p.id is null
        and leads_nowhere(e.user_id, 'students.csv')
        and leads_nowhere(e.user_id, 'teachers.csv') as is_user_unknown,
        c.school_id != e.school_id as is_row_elsewhere,
        c.school_id = e.school_id
        and is_read('students.csv')
        and is_read('teachers.csv')
        and is_elsewhere(p.school_ids, p.may_be_elsewhere, c.school_id) as is_user_elsewhere
    from raw.enrollments as e
    left join valid.classes as c on e.class_id = c.class_id
    left join people as p on e.user_id = p.id
    left join taken as t on p."role" = t."role" and p.id = t.id and c.school_id = t.school_id
)

select
    line,
    school_id,
    class_id,
    user_id,
    "role",
    class_id || '/' || user_id as record_id,
    faults([
        blank(user_id, 'user_id', 'missing_id'),
        blank(school_id, 'school_id', 'missing_value'),
        blank(class_id, 'class_id', 'missing_value'),
        long(school_id, 'school_id', 1000),
        long(class_id, 'class_id', 1000),
        long(user_id, 'user_id', 1000),
        case when is_class_unknown then fault('unknown_class', 'class_id', class_id, null, class_id) end,
        case when is_user_unknown then fault('unknown_user', 'user_id', user_id, null, user_id) end,
        found(is_row_elsewhere, 'school_mismatch', 'school_id', school_id),
        found(is_user_elsewhere, 'school_mismatch', 'user_id', user_id)
    ]) as errors,
    faults([
        found(
            is_whole and row_number() over (partition by class_id, user_id, is_whole order by line) > 1,
            'duplicate_row', null, null
        )
    ]) as alerts,
    is_whole is not true as waits,
    [school_id, class_id, user_id] as ids
from typed;

-- One row a person in a class, as `student` or `teacher`. Key: class_id, user_id.
create or replace table valid.enrollments as
select
    line,
    school_id,
    class_id,
    user_id,
    "role"
from judged
where not waits and len(alerts) = 0;
