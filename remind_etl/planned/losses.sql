-- What would be taken away: of which account, and as which role. `absent` is a person or class that the plan removes.
-- Grain: one row a change, account and role. Key: none.
-- Inputs: planned_steps.lost_roles, planned.contact_point_changes, planned.school_member_changes,
-- planned.guardianship_changes, planned.class_changes, planned.class_membership_changes, platform_accounts,
-- provisioned.contact_points. Outputs: planned_steps.losses.

create table planned_steps.losses as
with lost_contacts as (
    select
        contact.change_id,
        contact.old_account_id as account_id,
        unnest(string_split(account.roles, '+')) as "role",
        other.account_id is not null as is_replaced
    from planned.contact_point_changes as contact
    inner join platform_accounts as account on contact.old_account_id = account.account_id
    left join (
        select distinct
            account_id,
            kind
        from provisioned.contact_points
    ) as other on contact.old_account_id = other.account_id and contact.kind = other.kind
    where contact."action" in ('remove', 'update')
)

select
    change_id,
    account_id,
    if("role" = 'guardian', 'guardian', 'absent ' || "role") as "role",
    false as is_replaced
from planned_steps.lost_roles
union all
select
    change_id,
    account_id,
    "role",
    is_replaced
from lost_contacts
union all
select
    change_id,
    account_id,
    "role",
    false
from planned.school_member_changes
where "action" = 'remove'
union all
select
    change_id,
    unnest([guardian_account_id, student_account_id]),
    'guardian',
    false
from planned.guardianship_changes
where "action" = 'remove'
union all
select
    change_id,
    old_owner_account_id,
    if("action" = 'remove', 'absent class', 'class'),
    false
from planned.class_changes
where "action" = 'remove' or ("action" = 'update' and old_owner_account_id != new_owner_account_id)
union all
select
    change_id,
    account_id,
    case "role"
        when 'owner' then 'class'
        when 'co_teacher' then 'member who teaches'
        else 'member'
    end,
    false
from planned.class_membership_changes
where "action" = 'remove';
