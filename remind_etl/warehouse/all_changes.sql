-- The changes of all kinds in one form.
-- Grain: one row a change. Key: change_id; kind and id.
-- Inputs: planned_steps.account_changes, planned_steps.contact_point_changes, planned_steps.school_member_changes,
-- planned_steps.guardianship_changes, planned_steps.class_changes, planned_steps.class_membership_changes.
-- Outputs: planned.changes.

create view planned.changes as
from planned_steps.account_changes
union all
from planned_steps.contact_point_changes
union all
from planned_steps.school_member_changes
union all
from planned_steps.guardianship_changes
union all
from planned_steps.class_changes
union all
from planned_steps.class_membership_changes;
