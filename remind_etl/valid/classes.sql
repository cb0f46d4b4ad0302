-- The rows of classes.csv that can be used.
-- Grain: one row a class. Key: class_id. Inputs: valid_steps.classes_typed, valid_steps.classes_judged.
-- Outputs: valid.classes.

create or replace table valid.classes as
select
    typed.line,
    typed.school_id,
    typed.class_id,
    typed.teacher_id,
    typed.class_name
from valid_steps.classes_typed as typed
anti join valid_steps.classes_judged as judged on typed.line = judged.line and judged.is_left_out;
