-- Which changes count as removals of records: a contact point without another of its kind in its stead, or that goes to
-- another account; a class; and a class membership if the person and the class stay. A change that waits for a missing
-- school does not count.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned.waits, planned_steps.lost_roles, planned.contact_point_changes, planned.class_changes,
-- planned.class_membership_changes, provisioned.contact_points. Outputs: planned_steps.counted_removals.

insert into planned_steps.counted_removals
with removed_accounts as (
    select account_id
    from planned_steps.lost_roles
    where is_removed
),

lost_records as (
    select
        'contact points' as hold,
        contact.change_id
    from planned.contact_point_changes as contact
    anti join removed_accounts as account on contact.old_account_id = account.account_id
    anti join provisioned.contact_points as other
        on contact.old_account_id = other.account_id and contact.kind = other.kind
    where contact."action" = 'remove'
    union all
    select
        'contact points',
        contact.change_id
    from planned.contact_point_changes as contact
    anti join removed_accounts as account on contact.old_account_id = account.account_id
    where contact."action" = 'update' and contact.old_account_id != contact.new_account_id
    union all
    select
        'classes',
        class.change_id
    from planned.class_changes as class
    where class."action" = 'remove'
    union all
    select
        'class members',
        membership.change_id
    from planned.class_membership_changes as membership
    anti join removed_accounts as account on membership.account_id = account.account_id
    anti join planned.class_changes as class on membership.class_id = class.class_id and class."action" = 'remove'
    where membership."action" = 'remove' and membership."role" != 'owner'
)

select
    hold,
    change_id::varchar as counted_id,
    change_id
from lost_records
where change_id not in (select waiting.change_id from planned.waits as waiting);
