-- The delivered accounts by the hold of their highest role, and how many delivered records each hold of removals is about.
-- Grain: one row an account; one row a hold. Key: account_id; hold.
-- Inputs: platform_accounts, platform_contact_points, platform_classes, platform_class_memberships.
-- Outputs: planned_steps.account_holds, planned_steps.delivered_records.

create table planned_steps.account_holds as
select
    account_id,
    planned.hold_of_account(teacher_id, roles) as hold
from platform_accounts
where removed_at is null;

create table planned_steps.delivered_records as
with delivered as (
    select
        hold,
        count(*) as records
    from planned_steps.account_holds
    group by hold
    union all
    select
        'contact points',
        count(*)
    from platform_contact_points
    where removed_at is null
    union all
    select
        'classes',
        count(*)
    from platform_classes
    where removed_at is null
    union all
    select
        'class members',
        count(*)
    from platform_class_memberships
    where removed_at is null
)

from delivered
where records > 0;
