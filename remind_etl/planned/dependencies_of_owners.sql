-- A class has one owner. While a class that gets another owner waits, the memberships of both owners in it wait too. While the
-- place of the new owner waits, so does the class, with all places in it if it is new: the row that names a co-teacher may be
-- the last one of a cut file.
-- Grain: one row a change and a change on which it depends. Key: change_id, on_change_id.
-- Inputs: planned.class_changes, planned.class_membership_changes, planned.waits. Outputs: planned_steps.dependencies.

insert into planned_steps.dependencies
with waiting_owners as (
    select
        class.class_id,
        class."action",
        class.change_id as class_change_id,
        owner.change_id as owner_change_id
    from planned.class_membership_changes as owner
    semi join planned.waits as waiting on owner.change_id = waiting.change_id
    inner join planned.class_changes as class
        on owner.class_id = class.class_id and owner.account_id = class.new_owner_account_id
    where owner."role" = 'owner' and owner."action" != 'remove' and class."action" != 'remove'
)

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
where class."action" = 'update' and class.old_owner_account_id != class.new_owner_account_id
union all
select
    class_change_id,
    owner_change_id,
    false,
    'place_of_owner_waits'
from waiting_owners
union all
select
    membership.change_id,
    class.class_change_id,
    false,
    'class_held'
from waiting_owners as class
inner join planned.class_membership_changes as membership
    on class.class_id = membership.class_id and class.owner_change_id != membership.change_id
where class."action" != 'update' and membership."action" != 'remove';
