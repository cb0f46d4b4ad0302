-- The teachers who get no account. They are not absent, so the platform keeps what it has of them.
-- Inputs: provisioned_steps.live_teachers, provisioned.teacher_persons. Outputs: valid.left_out.

insert into valid.left_out
select
    'provisioned/accounts' as found_by,
    'teachers.csv' as "file",
    teacher.line,
    teacher.teacher_id as cell
from provisioned_steps.live_teachers as teacher
anti join provisioned.teacher_persons as person on teacher.teacher_id = person.teacher_id;
