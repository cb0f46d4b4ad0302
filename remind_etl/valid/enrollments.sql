-- The judged rows of enrollments.csv. Key: line.
-- Inputs: raw.enrollments, raw.classes, raw.students, raw.teachers, raw.rejects, valid.classes, valid.students,
-- valid.teachers. An id that is both a student's and a teacher's means the student. A class or person whose own row was
-- left out is known: the enrollment waits with that row's error, and gets none of its own.

create or replace temp table judged as
with known_classes as (
    select class_id from raw.classes
    union
    select trim(unnest(cells)) from raw.rejects where "file" = 'classes.csv'
),

known_users as (
    select student_id as user_id from raw.students
    union
    select teacher_id from raw.teachers
    union
    select trim(unnest(cells)) from raw.rejects where "file" in ('students.csv', 'teachers.csv')
),

people as (
    select
        student_id as user_id,
        'student' as role,
        list_distinct(list(school_id)) as school_ids
    from valid.students
    group by student_id
    union all
    select
        teacher_id,
        'teacher',
        list_distinct(list(school_id))
    from valid.teachers
    where teacher_id not in (select s.student_id from valid.students as s)
    group by teacher_id
),

typed as (
    select
        e.*,
        p.role,
        c.class_id is not null as is_class_valid,
        is_read('classes.csv') and k.class_id is null and e.class_id is not null as is_class_unknown,
        is_read('students.csv') and is_read('teachers.csv') and u.user_id is null and e.user_id is not null as is_user_unknown,
        c.school_id != e.school_id as is_row_elsewhere,
        c.school_id = e.school_id and not list_contains(p.school_ids, c.school_id) as is_user_elsewhere
    from raw.enrollments as e
    left join valid.classes as c on e.class_id = c.class_id
    left join known_classes as k on e.class_id = k.class_id
    left join known_users as u on e.user_id = u.user_id
    left join people as p on e.user_id = p.user_id
)

select
    line,
    school_id,
    class_id,
    user_id,
    role,
    is_class_valid and role is not null as is_whole,
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
    case
        when is_class_valid and role is not null
            then faults([
                found(
                    row_number() over (partition by class_id, user_id order by line) > 1, 'duplicate_row', null, null
                )
            ])
        else faults([found(false, null, null, null)])
    end as alerts,
    [school_id, class_id, user_id] as ids
from typed;

-- One row a person in a class, as `student` or `teacher`. Key: class_id, user_id.
create or replace table valid.enrollments as
select
    line,
    school_id,
    class_id,
    user_id,
    role
from judged
where len(errors) = 0 and len(alerts) = 0 and is_whole;

-- Rows that wait with their class or person: they have no error of their own, and must not count as absent.
insert into valid.left_out
select
    'valid/enrollments' as found_by,
    'enrollments.csv' as "file",
    line,
    unnest(ids) as cell
from judged
where len(errors) = 0 and not is_whole;
