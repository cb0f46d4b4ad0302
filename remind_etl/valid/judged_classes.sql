-- The rows of classes.csv with something wrong: errors leave a row out, alerts do not. If the teacher is not in
-- teachers.csv, and a co-teacher is, this is an alert alone. No co-teacher owns a class if the teacher_id is another spelling of
-- a teacher's.
-- Grain: one row a line. Key: line. Inputs: valid_steps.classes_typed, raw.enrollments, raw.teachers, raw.students.
-- Outputs: valid_steps.classes_faulty, valid_steps.classes_judged.

create or replace table valid_steps.classes_faulty as
from valid_steps.classes_typed
where waits or is_repeated or is_teacher_unknown or is_teacher_elsewhere or ${has_column_fault};

create or replace table valid_steps.classes_judged as
with co_taught as (
    select distinct enrollment.class_id
    from raw.enrollments as enrollment
    semi join raw.teachers as teacher on enrollment.user_id = teacher.teacher_id
    anti join raw.students as student on enrollment.user_id = student.student_id
),

bare_teacher_ids as (
    select distinct valid.bare(teacher_id) as bare
    from raw.teachers
    where teacher_id is not null
),

faulty as (
    select
        class.*,
        class.class_id in (select co_taught.class_id from co_taught)
        and valid.bare(class.teacher_id) not in (select bare_teacher_ids.bare from bare_teacher_ids) as is_co_taught
    from valid_steps.classes_faulty as class
)

select
    line,
    class_id as record_id,
    school_id,
    valid.faults([
        ${column_errors},
        valid.fault_if(is_repeated, 'duplicate_class', 'class_id', class_id),
        valid.fault_if(is_school_unknown, 'unknown_school', 'school_id', school_id),
        valid.fault_if(is_teacher_unknown and not is_co_taught, 'unknown_teacher', 'teacher_id', teacher_id),
        valid.fault_if(is_teacher_elsewhere and not is_school_unknown, 'school_mismatch', 'teacher_id', teacher_id)
    ]) as errors,
    valid.faults([
        ${column_alerts},
        valid.fault_if(is_teacher_unknown and is_co_taught, 'class_teacher_not_listed', 'teacher_id', teacher_id)
    ]) as alerts,
    waits,
    len(errors) > 0 or waits as is_left_out,
    [school_id, class_id, teacher_id] as ids
from faulty;
