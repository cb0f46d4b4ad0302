-- The class memberships that would be removed although the account of the person and the class stay. A drop without rosters
-- may have removed the account earlier. A co-teacher or student who loses this role leaves the class with it.
-- Grain: one row a membership. Key: change_id. Inputs: planned.class_membership_changes, planned.account_changes,
-- planned.class_changes, platform_accounts.
-- Outputs: planned_steps.removed_memberships.

create table planned_steps.removed_memberships as
select
    membership.change_id,
    membership.class_id,
    membership.old_record_id as person_id,
    membership."role"
from planned.class_membership_changes as membership
anti join planned.account_changes as account
    on
        membership.account_id = account.account_id
        and (
            account."action" = 'remove'
            or account."action" = 'update'
            and membership."role" != 'owner'
            and not list_contains(
                string_split(account.new_roles, '+'), if(membership."role" = 'student', 'student', 'teacher')
            )
        )
anti join planned.class_changes as class on membership.class_id = class.class_id and class."action" = 'remove'
left join platform_accounts as former on membership.account_id = former.account_id and former.removed_at is not null
where
    membership."action" = 'remove'
    and (
        former.account_id is null
        or membership.account_id in (
            select revived.account_id
            from planned.account_changes as revived
            where revived."action" = 'revive'
        )
    );
