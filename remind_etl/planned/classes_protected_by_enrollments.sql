-- Named is not absent: a class stays if classes.csv does not name it, but enrollments.csv does.
-- Grain: one row a change. Key: change_id. Inputs: planned.class_changes, planned_steps.named_records.
-- Outputs: planned_steps.protected_changes.

insert into planned_steps.protected_changes
select
    removal.change_id,
    'classes_protected_by_enrollments' as rule,
    'class_in_enrollments' as reason_code,
    named."file",
    named.line
from planned.class_changes as removal
inner join planned_steps.named_records as named
    on removal.class_id = named.record_id and named.record_type = 'class'
where removal."action" = 'remove';
