-- The rows of classes.csv. Inputs: raw.classes, raw.enrollments, raw.teachers, raw.students, places, whereabouts.
-- A row whose school was left out waits: it has no error of its own. One whose teacher was left out does not wait: a
-- co-teacher may own the class. If the teacher is not in teachers.csv, and a co-teacher is, this is an alert alone.

insert into asked
select distinct teacher_id
from raw.classes;

-- The classes that have a co-teacher in enrollments.csv. Key: class_id.
create or replace temp table co_taught as
select distinct enrollment.class_id
from raw.enrollments as enrollment
semi join raw.teachers as teacher on enrollment.user_id = teacher.teacher_id
anti join raw.students as student on enrollment.user_id = student.student_id;

-- Rows with what counts of them. Key: line.
create or replace temp table typed as
select
    c.*,
    c.class_id is not null and row_number() over (partition by c.class_id order by c.line) > 1 as is_repeated,
    is_read('schools.csv') and c.school_id is not null and w.id is null as is_school_unknown,
    is_read('teachers.csv')
    and c.teacher_id is not null
    and t.id is null
    and not is_in_reject(c.teacher_id, 'teachers.csv') as is_teacher_unknown,
    c.class_id in (select co.class_id from co_taught as co) as is_co_taught,
    is_elsewhere(t.school_ids, t.may_be_elsewhere, c.school_id) as is_teacher_elsewhere,
    is_read('schools.csv') and w.is_taken is not true as waits
from raw.classes as c
left join places as w on c.school_id = w.id
left join whereabouts as t on t."file" = 'teachers.csv' and c.teacher_id = t.id;

-- Rows with something wrong. Key: line.
create or replace temp table judged as
select
    line,
    class_id as record_id,
    school_id,
    faults([
        blank(class_id, 'class_id', 'missing_id', error_for_id),
        blank(school_id, 'school_id', 'missing_value'),
        blank(teacher_id, 'teacher_id', 'missing_value'),
        unnamed(class_name, 'class_name'),
        long(school_id, 'school_id'),
        long(class_id, 'class_id'),
        long(teacher_id, 'teacher_id'),
        long(class_name, 'class_name'),
        found(is_repeated, 'duplicate_class', 'class_id', class_id),
        found(is_school_unknown, 'unknown_school', 'school_id', school_id),
        found(is_teacher_unknown and not is_co_taught, 'unknown_teacher', 'teacher_id', teacher_id),
        found(is_teacher_elsewhere and not is_school_unknown, 'school_mismatch', 'teacher_id', teacher_id)
    ]) as errors,
    faults([
        found(is_teacher_unknown and is_co_taught, 'class_teacher_gone', 'teacher_id', teacher_id),
        found(valid.is_curly(class_id), 'curly_quotes', 'class_id', class_id),
        found(valid.is_curly(class_name), 'curly_quotes', 'class_name', class_name)
    ]) as alerts,
    waits,
    [school_id, class_id, teacher_id] as ids
from typed
where
    waits
    or is_repeated
    or is_teacher_unknown
    or is_teacher_elsewhere
    or valid.is_curly(class_id)
    or valid.is_curly(class_name)
    or not (
        has(school_id, 'school_id')
        and has(class_id, 'class_id')
        and has(teacher_id, 'teacher_id')
        and is_name(class_name, 'class_name')
    );

-- One row a class. Key: class_id.
create or replace table valid.classes as
select
    line,
    school_id,
    class_id,
    teacher_id,
    class_name
from typed
anti join left_out('judged') as l on typed.line = l.line;
