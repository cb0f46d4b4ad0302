-- The problem of teachers whose email stays with a teacher who is protected.
-- Inputs: planned_steps.teachers_with_taken_email, provisioned.account_rows, provisioned_steps.live_teachers, valid.teachers,
-- platform_accounts. Outputs: valid.findings.

insert into valid.findings by name
select
    'planned/changes' as found_by,
    'email_taken' as code,
    'teachers.csv' as "file",
    teacher.line,
    'teacher_email' as "column",
    taken."value",
    'teacher' as record_type,
    teacher.teacher_id as record_id,
    teacher_row.school_id,
    'teacher ' || holder.teacher_id as detail
from planned_steps.teachers_with_taken_email as taken
inner join provisioned.account_rows as account on taken.account_id = account.account_id
inner join provisioned_steps.live_teachers as teacher on account.teacher_id = teacher.teacher_id
inner join valid.teachers as teacher_row on teacher.line = teacher_row.line
inner join platform_accounts as holder on taken.holder = holder.account_id;
