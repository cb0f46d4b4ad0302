-- The rows of classes.csv with something wrong: errors leave a row out, alerts do not. If the teacher is not in
-- teachers.csv, and a co-teacher is, this is an alert alone.
-- Grain: one row a line. Key: line. Inputs: valid_steps.classes_typed. Outputs: valid_steps.classes_judged.

create or replace table valid_steps.classes_judged as
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
        valid.fault_if(is_teacher_unknown and is_co_taught, 'class_teacher_gone', 'teacher_id', teacher_id)
    ]) as alerts,
    waits,
    len(errors) > 0 or waits as is_left_out,
    [school_id, class_id, teacher_id] as ids
from valid_steps.classes_typed
where waits or is_repeated or is_teacher_unknown or is_teacher_elsewhere or ${has_column_fault};
