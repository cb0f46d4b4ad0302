-- The problem of teachers who have no email.
-- Inputs: provisioned_steps.live_teachers, valid.teachers. Outputs: valid.findings.

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'teacher_without_email' as code,
    'teachers.csv' as "file",
    teacher.line,
    'teacher_email' as "column",
    'teacher' as record_type,
    teacher.teacher_id as record_id,
    teacher_row.school_id
from provisioned_steps.live_teachers as teacher
inner join valid.teachers as teacher_row on teacher.line = teacher_row.line
where teacher.email is null;
