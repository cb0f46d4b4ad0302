-- The problem of an id of a teacher or student that belongs to another person than before.
-- Grain: one row an id. Key: record_type, record_id.
-- Inputs: planned_steps.reused_people, planned.account_changes, provisioned_steps.live_students, provisioned_steps.live_teachers,
-- planned_steps.account_schools. Outputs: valid.findings.

insert into valid.findings by name
select
    'planned/changes' as found_by,
    'person_id_reused' as code,
    reused.record_type || 's.csv' as "file",
    coalesce(student.line, teacher.line) as line,
    reused.record_type || '_id' as "column",
    reused.record_id as "value",
    reused.record_type,
    reused.record_id,
    school.school_id
from planned_steps.reused_people as reused
semi join planned.account_changes as change on reused.account_id = change.account_id
left join provisioned_steps.live_students as student
    on reused.record_type = 'student' and reused.record_id = student.student_id
left join provisioned_steps.live_teachers as teacher
    on reused.record_type = 'teacher' and reused.record_id = teacher.teacher_id
left join planned_steps.account_schools as school on reused.account_id = school.account_id;
