-- The rows of enrollments.csv that can be used: the people in classes, as `student` or `teacher`.
-- Grain: one row a person in a class. Key: class_id, user_id.
-- Inputs: valid_steps.enrollments_typed, valid_steps.enrollments_judged. Outputs: valid.enrollments.

create or replace table valid.enrollments as
select
    typed.line,
    typed.school_id,
    typed.class_id,
    typed.user_id,
    typed."role"
from valid_steps.enrollments_typed as typed
anti join valid_steps.enrollments_judged as judged on typed.line = judged.line;
