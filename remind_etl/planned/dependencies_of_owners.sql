-- A class has one owner. While a class that gets another owner waits, the memberships of both owners in it wait too.
-- Grain: one row a membership. Key: change_id. Inputs: planned.class_changes, planned.class_membership_changes.
-- Outputs: planned_steps.dependencies.

insert into planned_steps.dependencies
select
    membership.change_id,
    class.change_id as on_change_id,
    false as is_part,
    'class_held' as reason_code
from planned.class_changes as class
inner join planned.class_membership_changes as membership
    on
        class.class_id = membership.class_id
        and membership.account_id in (class.old_owner_account_id, class.new_owner_account_id)
where class."action" = 'update' and class.old_owner_account_id != class.new_owner_account_id;
