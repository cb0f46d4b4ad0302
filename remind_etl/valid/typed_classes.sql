-- The rows of classes.csv with what their ids refer to. A row whose school was left out waits: it has no error of its own.
-- One whose teacher was left out does not wait: a co-teacher may own the class.
-- Grain: one row a line. Key: line.
-- Inputs: raw.classes, valid_steps.places, valid_steps.classes_whereabouts.
-- Outputs: valid_steps.classes_typed.

create or replace table valid_steps.classes_typed as
select
    class.*,
    class.class_id is not null
    and row_number() over (partition by class.class_id order by class.line) > 1 as is_repeated,
    valid.is_read('schools.csv') and class.school_id is not null and place.id is null as is_school_unknown,
    valid.is_read('teachers.csv')
    and class.teacher_id is not null
    and teacher.id is null
    and not valid.is_in_reject(class.teacher_id, 'teachers.csv') as is_teacher_unknown,
    valid.is_elsewhere(teacher.school_ids, teacher.may_be_elsewhere, class.school_id) as is_teacher_elsewhere,
    valid.is_read('schools.csv') and place.is_taken is not true as waits
from raw.classes as class
left join valid_steps.places as place on class.school_id = place.id
left join valid_steps.classes_whereabouts as teacher
    on teacher."file" = 'teachers.csv' and class.teacher_id = teacher.id;
