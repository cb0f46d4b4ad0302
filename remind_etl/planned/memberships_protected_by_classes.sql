-- A membership of a protected class stays. A student who moved to another school leaves the class all the same.
-- Grain: one row a change and reason. Key: none.
-- Inputs: planned_steps.removed_memberships, planned.protected_records, planned_steps.memberships_of_moved_students.
-- Outputs: planned_steps.protected_changes.

insert into planned_steps.protected_changes
select
    membership.change_id,
    'memberships_protected_by_classes' as rule,
    class.reason_code,
    class."file",
    class.line
from planned_steps.removed_memberships as membership
inner join planned.protected_records as class on class.kind = 'classes' and membership.class_id = class."key"
anti join planned_steps.memberships_of_moved_students as moved on membership.change_id = moved.change_id;
