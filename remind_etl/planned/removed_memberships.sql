-- The class memberships that would be removed although the account of the person and the class stay. A co-teacher or student
-- who loses this role leaves the class with it. A drop without rosters may have removed the account or the role earlier.
-- Grain: one row a membership. Key: change_id. Inputs: planned.class_membership_changes, planned.account_changes,
-- planned.class_changes, platform_accounts.
-- Outputs: planned_steps.removed_memberships.

create table planned_steps.removed_memberships as
with memberships as (
    select
        change_id,
        class_id,
        account_id,
        old_record_id as person_id,
        "role",
        if("role" = 'student', 'student', 'teacher') as account_role
    from planned.class_membership_changes
    where "action" = 'remove'
)

select
    membership.change_id,
    membership.class_id,
    membership.account_id,
    membership.person_id,
    membership."role"
from memberships as membership
inner join platform_accounts as former on membership.account_id = former.account_id
left join planned.account_changes as account on membership.account_id = account.account_id
anti join planned.class_changes as class on membership.class_id = class.class_id and class."action" = 'remove'
where
    account."action" is distinct from 'remove'
    and (account."action" is not null or former.removed_at is null)
    and (
        membership."role" = 'owner'
        or list_contains(string_split(coalesce(account.new_roles, former.roles), '+'), membership.account_role)
    );
