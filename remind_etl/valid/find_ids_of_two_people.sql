-- The problem of an enrollment whose user_id is a teacher's and a student's. It means the student.
-- Grain: one row a line. Key: line. Inputs: raw.enrollments, raw.students, raw.teachers. Outputs: valid.findings.

insert into valid.findings by name
select
    'valid/enrollments' as found_by,
    'user_id_of_two_people' as code,
    'enrollments.csv' as "file",
    enrollment.line,
    'user_id' as "column",
    enrollment.user_id as "value",
    'enrollment' as record_type,
    enrollment.user_id as record_id,
    enrollment.school_id
from raw.enrollments as enrollment
semi join raw.students as student on enrollment.user_id = student.student_id
semi join raw.teachers as teacher on enrollment.user_id = teacher.teacher_id
where not valid.is_error_value(enrollment.user_id);
