-- The changes that wait in a pause for all but additions: each that takes something away, and those of an id that belonged to
-- another one before. An owner's membership in a class that gets another owner is not among them.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned.waits, planned_steps.lost_roles, planned_steps.removed_records, planned.contact_point_changes,
-- planned.school_member_changes, planned.guardianship_changes, planned.class_membership_changes, planned.class_changes.
-- Outputs: planned_steps.paused_changes.

create table planned_steps.paused_changes as
select change_id
from planned_steps.removed_records
union
select change_id
from planned_steps.lost_roles
union
select change_id
from planned.waits
where hold = 'reused_ids'
union
select change_id
from planned.contact_point_changes
where
    "action" = 'remove'
    or ("action" = 'update' and old_account_id in (select lost_role.account_id from planned_steps.lost_roles as lost_role))
union
select change_id
from planned.school_member_changes
where "action" = 'remove'
union
select change_id
from planned.guardianship_changes
where "action" = 'remove'
union
select membership.change_id
from planned.class_membership_changes as membership
left join planned.class_changes as class on membership.class_id = class.class_id and class."action" = 'update'
where membership."action" = 'remove' and not (membership."role" = 'owner' and class.class_id is not null);
