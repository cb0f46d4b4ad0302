-- The problem of a delivered teacher or student whose row stands in the file of the other role.
-- Grain: one row an id. Key: record_type, record_id.
-- Inputs: planned_steps.misplaced_people, planned_steps.account_schools. Outputs: valid.findings.

insert into valid.findings by name
select distinct
    'planned/changes' as found_by,
    'row_in_other_file' as code,
    misplaced.other_file as "file",
    misplaced.line,
    if(misplaced.other_file = 'students.csv', 'student_id', 'teacher_id') as "column",
    misplaced.record_id as "value",
    misplaced.record_type,
    misplaced.record_id,
    school.school_id,
    misplaced.record_type || 's.csv' as detail
from planned_steps.misplaced_people as misplaced
left join planned_steps.account_schools as school on misplaced.account_id = school.account_id;
