-- Which change depends on which: while the other one waits, so does it. If is_part, the change is a part of the record that
-- the other one removes, and goes when that goes.
-- Grain: one row a change and a change on which it depends. Key: change_id, on_change_id.
-- Inputs: planned.account_changes, planned.contact_point_changes, planned.school_member_changes,
-- planned.guardianship_changes, planned.class_changes, planned.class_membership_changes, planned_steps.lost_roles,
-- platform_guardianships, platform_classes. Outputs: planned_steps.dependencies.

create table planned_steps.dependencies as
with contact_points as (
    select
        contact.change_id,
        account.change_id as on_change_id,
        contact."action" = 'remove' as is_part,
        'account_removal_held' as reason_code
    from planned.contact_point_changes as contact
    inner join planned.account_changes as account on contact.old_account_id = account.account_id
    where
        contact."action" = 'remove'
        or (
            contact."action" = 'update'
            and account.change_id in (select lost_role.change_id from planned_steps.lost_roles as lost_role)
        )
),

school_members as (
    select
        member.change_id,
        account.change_id as on_change_id,
        true as is_part,
        'account_removal_held' as reason_code
    from planned.school_member_changes as member
    inner join planned.account_changes as account on member.account_id = account.account_id
    where member."action" = 'remove'
),

guardianships as (
    select
        guardianship.change_id,
        account.change_id as on_change_id,
        true as is_part,
        'student_or_guardian_removal_held' as reason_code
    from (
        from planned.guardianship_changes unpivot (account_id for side in (student_account_id, guardian_account_id))
    ) as guardianship
    inner join planned.account_changes as account on guardianship.account_id = account.account_id
    where guardianship."action" = 'remove'
),

-- A membership, but not of an owner in a class that gets another owner.
class_memberships as (
    select membership.*
    from planned.class_membership_changes as membership
    left join planned.class_changes as class on membership.class_id = class.class_id and class."action" = 'update'
    where membership."action" = 'remove' and not (membership."role" = 'owner' and class.class_id is not null)
),

memberships_on_accounts as (
    select
        membership.change_id,
        account.change_id as on_change_id,
        true as is_part,
        'person_or_class_removal_held' as reason_code
    from class_memberships as membership
    inner join planned.account_changes as account on membership.account_id = account.account_id
),

memberships_on_classes as (
    select
        membership.change_id,
        class.change_id as on_change_id,
        true as is_part,
        'person_or_class_removal_held' as reason_code
    from class_memberships as membership
    inner join planned.class_changes as class on membership.class_id = class.class_id
),

-- A guardian whose only students wait keeps the account.
guardians_on_guardianships as (
    select
        lost_role.change_id,
        unnest([account.change_id, removal.change_id]) as on_change_id,
        false as is_part,
        'student_held' as reason_code
    from planned_steps.lost_roles as lost_role
    inner join platform_guardianships as guardianship
        on lost_role.account_id = guardianship.guardian_account_id and guardianship.removed_at is null
    left join planned.account_changes as account on guardianship.student_account_id = account.account_id
    left join planned.guardianship_changes as removal
        on
            guardianship.guardian_account_id = removal.guardian_account_id
            and guardianship.student_account_id = removal.student_account_id
    where lost_role."role" = 'guardian'
),

owners as (
    select
        lost_role.change_id,
        change.change_id as on_change_id,
        false as is_part,
        'owner_of_held_class' as reason_code
    from planned_steps.lost_roles as lost_role
    inner join platform_classes as class on lost_role.account_id = class.owner_account_id and class.removed_at is null
    inner join planned.class_changes as change on class.class_id = change.class_id
    where lost_role."role" = 'teacher'
)

from contact_points
union all
from school_members
union all
from guardianships
union all
from memberships_on_accounts
union all
from memberships_on_classes
union all
from guardians_on_guardianships
where on_change_id is not null
union all
from owners;
