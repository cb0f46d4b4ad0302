-- The accounts whose name is another one, not only another form of it, and those that get the full name that another account
-- loses. A name is lost by a new name, or if its account is removed. A column of names, or of ids, that moved to other rows looks
-- so: twins would exchange their accounts, or one would get the account of the other who left.
-- Grain: one row an account; one row a name that is lost and account that gets it. Key: account_id; change_id, lost_by_change_id.
-- Inputs: planned.account_changes, platform_accounts.
-- Outputs: planned_steps.renamed_accounts, planned_steps.taken_names.

create table planned_steps.renamed_accounts as
select
    change.change_id,
    change.account_id,
    provisioned.name_key(before.first_name, before.last_name) as old_name,
    provisioned.name_key(change.new_first_name, change.new_last_name) as new_name,
    provisioned.name_key(before.first_name, null) as old_first_name,
    provisioned.name_key(change.new_first_name, null) as new_first_name,
    provisioned.name_key(before.last_name, before.first_name) = new_name and old_name != new_name as is_turned
from planned.account_changes as change
inner join platform_accounts as before on change.account_id = before.account_id
where
    change."action" = 'update'
    and not valid.agrees_in_first_name(before.first_name, change.new_first_name);

create table planned_steps.taken_names as
with lost_names as (
    select
        change_id,
        account_id,
        old_name
    from planned_steps.renamed_accounts
    union all
    select
        change.change_id,
        change.account_id,
        provisioned.name_key(before.first_name, before.last_name)
    from planned.account_changes as change
    inner join platform_accounts as before on change.account_id = before.account_id
    where change."action" = 'remove' and exists (from planned_steps.renamed_accounts)
)

select
    renamed.change_id,
    renamed.account_id,
    lost.change_id as lost_by_change_id
from planned_steps.renamed_accounts as renamed
inner join lost_names as lost on renamed.new_name = lost.old_name and renamed.account_id != lost.account_id
where renamed.new_name != renamed.old_name;
