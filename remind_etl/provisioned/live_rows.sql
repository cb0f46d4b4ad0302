-- The rows of teachers and students at linked schools.
-- Grain: one row a row of the file. Key: line.
-- Inputs: valid.teachers, valid.students, provisioned.live_schools.
-- Outputs: provisioned.teacher_rows, provisioned.student_rows.

create or replace view provisioned.teacher_rows as
select teacher.*
from valid.teachers as teacher
semi join provisioned.live_schools as school on teacher.school_id = school.school_id;

create or replace view provisioned.student_rows as
select
    student.*,
    school.school_number
from valid.students as student
inner join provisioned.live_schools as school on student.school_id = school.school_id;
