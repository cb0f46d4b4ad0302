-- Leaves out class memberships that cannot be brought back. A class that gets its owner back loses the membership of the
-- owner that it has now.
-- Grain: one row a change. Inputs: planned.class_changes, planned.class_membership_changes, platform_classes,
-- platform_class_memberships. Outputs: planned_steps.classes_there, planned.class_membership_changes.

-- One row a class that is there afterwards, with its owner. Key: class_id.
create table planned_steps.classes_there as
select
    delivered.class_id,
    delivered.owner_account_id
from platform_classes as delivered
anti join planned.class_changes as going on delivered.class_id = going.class_id and going.state = 'go'
where delivered.removed_at is null
union all
select
    class_id,
    new_owner_account_id
from planned.class_changes
where state = 'go';

update planned.class_membership_changes as change
set state = 'left', reason_code = 'class_removed'
where
    state = 'go'
    and not exists (
        from planned_steps.classes_there as class
        where
            class.class_id = change.class_id
            and (change."role" != 'owner' or class.owner_account_id = change.account_id)
    );

insert into planned.class_membership_changes by name
select
    nextval('planned_steps.change_ids') as change_id,
    membership.class_id,
    membership.account_id,
    membership."role",
    membership.record_id as old_record_id,
    'remove' as "action",
    'go' as state
from platform_class_memberships as membership
inner join planned_steps.classes_there as class
    on membership.class_id = class.class_id and membership.account_id != class.owner_account_id
where membership."role" = 'owner' and membership.removed_at is null;
