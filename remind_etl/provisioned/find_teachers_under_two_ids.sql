-- The problem of teachers who have two ids.
-- Inputs: provisioned_steps.same_teachers, provisioned_steps.live_teachers, valid.teachers. Outputs: valid.findings.

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'teacher_under_two_ids' as code,
    'teachers.csv' as "file",
    teacher.line,
    'teacher_id' as "column",
    teacher.teacher_id as "value",
    'teacher' as record_type,
    teacher.teacher_id as record_id,
    teacher_row.school_id,
    first_teacher.teacher_id as detail
from provisioned_steps.same_teachers as same
inner join provisioned_steps.live_teachers as teacher on same.person = teacher.person
inner join provisioned_steps.live_teachers as first_teacher on same.first_person = first_teacher.person
inner join valid.teachers as teacher_row on teacher.line = teacher_row.line;
