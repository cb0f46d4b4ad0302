-- The owner of a class that stays as it is stays too: a class is never without its owner. An owner whom today's rows name as a
-- guardian only keeps what a teacher has. kept_roles.sql keeps the role.
-- Grain: one row a change. Key: change_id.
-- Inputs: platform_classes, planned.class_changes, planned.account_changes, planned.contact_point_changes,
-- planned.school_member_changes. Outputs: planned_steps.protected_changes.

insert into planned_steps.protected_changes
with leaving_owners as (
    select
        account.change_id,
        account.account_id,
        account."action" = 'remove' as is_removed
    from planned.account_changes as account
    where
        (account."action" = 'remove' or not contains(account.new_roles, 'teacher'))
        and account.account_id in (
            select class.owner_account_id
            from platform_classes as class
            anti join planned.class_changes as change
                on class.class_id = change.class_id and change."action" in ('remove', 'update')
            where class.removed_at is null
        )
),

changes_of_owners as (
    select change_id
    from leaving_owners
    where is_removed
    union all
    select contact.change_id
    from planned.contact_point_changes as contact
    semi join leaving_owners as owner on contact.old_account_id = owner.account_id
    where contact."action" in ('remove', 'update')
    union all
    select member.change_id
    from planned.school_member_changes as member
    inner join leaving_owners as owner on member.account_id = owner.account_id
    where member."action" = 'remove' and (owner.is_removed or member."role" = 'teacher')
)

select
    change_id,
    'class_owners_protected_by_classes' as rule,
    'owner_of_class' as reason_code,
    null as "file",
    null::bigint as line
from changes_of_owners;
