-- The rows of teachers and students at linked schools. A guardian without a name has the name of the delivered guardian whom
-- the row means.
-- Grain: one row a row of the file. Key: line.
-- Inputs: valid.teachers, valid.students, provisioned.live_schools, provisioned.recognised_lines.
-- Outputs: provisioned.teacher_rows, provisioned.student_rows.

create or replace view provisioned.teacher_rows as
select teacher.*
from valid.teachers as teacher
semi join provisioned.live_schools as school on teacher.school_id = school.school_id;

create or replace view provisioned.student_rows as
select
    student.* replace (
        coalesce(student.guardian_first_name, recognised.first_name) as guardian_first_name,
        coalesce(student.guardian_last_name, recognised.last_name) as guardian_last_name
    ),
    school.school_number
from valid.students as student
inner join provisioned.live_schools as school on student.school_id = school.school_id
left join provisioned.recognised_lines as recognised on student.line = recognised.line;
