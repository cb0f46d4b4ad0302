-- The changes of all kinds in one form, and without the records. Who needs no records reads them there: it is cheaper.
-- Grain: one row a change. Key: change_id; kind and id.
-- Inputs: planned_steps.account_changes, planned_steps.contact_point_changes, planned_steps.school_member_changes,
-- planned_steps.guardianship_changes, planned_steps.class_changes, planned_steps.class_membership_changes,
-- planned_steps.account_changes_states, planned_steps.contact_point_changes_states, planned_steps.school_member_changes_states,
-- planned_steps.guardianship_changes_states, planned_steps.class_changes_states, planned_steps.class_membership_changes_states.
-- Outputs: planned.changes, planned.change_states.

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

create view planned.change_states as
from planned_steps.account_changes_states
union all
from planned_steps.contact_point_changes_states
union all
from planned_steps.school_member_changes_states
union all
from planned_steps.guardianship_changes_states
union all
from planned_steps.class_changes_states
union all
from planned_steps.class_membership_changes_states;
