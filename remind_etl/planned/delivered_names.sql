-- The names that accounts have after this plan.
-- Grain: one row an account. Key: account_id. Inputs: platform_accounts, planned.account_changes.
-- Outputs: planned_steps.delivered_names.

create table planned_steps.delivered_names as
with names as (
    select
        account.account_id,
        if(change."action" = 'update', change.new_first_name, account.first_name) as first_name,
        if(change."action" = 'update', change.new_last_name, account.last_name) as last_name
    from platform_accounts as account
    left join planned.account_changes as change on account.account_id = change.account_id
)

select
    *,
    provisioned.name_key(first_name, last_name) as name_key
from names;
