-- The rows of students.csv that can be used.
-- Grain: one row a student, school and guardian. Key: line.
-- Inputs: valid_steps.students_usable, valid_steps.students_repeated. Outputs: valid.students.

create or replace table valid.students as
select
    usable.line,
    usable.school_id,
    usable.student_id,
    usable.student_first_name as first_name,
    usable.student_last_name as last_name,
    usable.dob_read as dob,
    usable.grade_read as grade,
    usable.student_email_read as email,
    usable.student_phone_read as phone,
    usable.guardian_first_name,
    usable.guardian_last_name,
    usable.guardian_email_read as guardian_email,
    usable.guardian_phone_read as guardian_phone,
    -- A guardian whose only contact cannot be read is there all the same.
    coalesce(
        usable.guardian_first_name, usable.guardian_last_name, usable.guardian_email, usable.guardian_phone
    ) is not null as has_guardian
from valid_steps.students_usable as usable
anti join valid_steps.students_repeated as repeated on usable.line = repeated.line;
