-- The problem of classes that nobody can own.
-- Inputs: valid.classes, provisioned.live_schools, provisioned.classes, provisioned.waiting_teachers.
-- Outputs: valid.findings.

insert into valid.findings by name
select
    'provisioned/rosters' as found_by,
    'class_without_teacher' as code,
    'classes.csv' as "file",
    class.line,
    'teacher_id' as "column",
    class.teacher_id as "value",
    'class' as record_type,
    class.class_id as record_id,
    class.school_id
from valid.classes as class
inner join provisioned.live_schools as school on class.school_id = school.school_id
anti join provisioned.classes as provisioned_class on class.class_id = provisioned_class.class_id
anti join provisioned.waiting_teachers as waiting on class.teacher_id = waiting.teacher_id;
