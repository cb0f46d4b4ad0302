-- The rows of teachers.csv that can be used.
-- Grain: one row a teacher and school. Key: line.
-- Inputs: valid_steps.teachers_usable, valid_steps.teachers_repeated. Outputs: valid.teachers.

create or replace table valid.teachers as
select
    usable.line,
    usable.school_id,
    usable.teacher_id,
    usable.teacher_first_name as first_name,
    usable.teacher_last_name as last_name,
    usable.teacher_email_read as email,
    usable.teacher_mobile_phone_read as phone
from valid_steps.teachers_usable as usable
anti join valid_steps.teachers_repeated as repeated on usable.line = repeated.line;
