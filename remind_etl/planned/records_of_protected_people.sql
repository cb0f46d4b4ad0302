-- A protected account is not removed. Its contact points and school memberships stay. No contact point of it goes to another
-- account, except to one of a higher role. kept_roles.sql keeps its roles. If its id belongs to another person now, no contact
-- point of the former one stays.
-- Grain: one row a change and rule. Key: none.
-- Inputs: planned_steps.protected_accounts, planned_steps.losing_accounts, planned.contact_point_changes,
-- planned.school_member_changes, planned_steps.contacts_of_higher_roles, planned_steps.reused_people.
-- Outputs: planned_steps.protected_changes.

insert into planned_steps.protected_changes
with changes_of_accounts as (
    select
        change_id,
        account_id
    from planned_steps.losing_accounts
    where
        is_removed
        and account_id not in (select higher.old_account_id from planned_steps.contacts_of_higher_roles as higher)
    union all
    select
        change_id,
        old_account_id
    from planned.contact_point_changes
    where
        "action" in ('remove', 'update')
        and change_id not in (select higher.change_id from planned_steps.contacts_of_higher_roles as higher)
        and old_account_id not in (select reused.account_id from planned_steps.reused_people as reused)
    union all
    select
        change_id,
        account_id
    from planned.school_member_changes
    where "action" = 'remove'
)

select distinct
    change.change_id,
    protected.* exclude (account_id)
from changes_of_accounts as change
inner join planned_steps.protected_accounts as protected on change.account_id = protected.account_id;
