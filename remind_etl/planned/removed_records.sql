-- The removals of accounts and classes, which take their parts with them.
-- Grain: one row a change. Key: change_id. Inputs: planned.account_changes, planned.class_changes.
-- Outputs: planned_steps.removed_records.

create table planned_steps.removed_records as
select change_id
from planned.account_changes
where "action" = 'remove'
union all
select change_id
from planned.class_changes
where "action" = 'remove';
