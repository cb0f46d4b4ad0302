-- Records of one kind that the undone deliveries removed or changed, and that cannot be brought back yet.
-- schema/records.py fills in the names.
-- Grain: one row a record. Inputs: planned_steps.${wished}. Outputs: planned_steps.left_records.

insert into planned_steps.left_records by name
select
    '${records}' as kind,
    reason_code
from planned_steps.${wished}
where is_of_delivery and reason_code is not null;
