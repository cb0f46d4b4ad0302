-- The changes that go together with another one, whatever else they wait for: the parts of a removed account or class, and
-- the memberships of an account that loses the role of a teacher or student.
-- Grain: one row a change and a change of which it is a part. Key: change_id, on_change_id.
-- Inputs: planned_steps.dependencies, planned_steps.removed_records, planned_steps.lost_roles,
-- planned.class_membership_changes.
-- Outputs: planned_steps.parts.

create table planned_steps.parts as
select
    dependency.change_id,
    dependency.on_change_id
from planned_steps.dependencies as dependency
semi join planned_steps.removed_records as removed on dependency.on_change_id = removed.change_id
where dependency.is_part
union
select
    membership.change_id,
    lost_role.change_id as on_change_id
from planned.class_membership_changes as membership
inner join planned_steps.lost_roles as lost_role
    on
        membership.account_id = lost_role.account_id
        and if(membership."role" = 'student', 'student', 'teacher') = lost_role."role"
where membership."action" = 'remove' and membership."role" != 'owner';
