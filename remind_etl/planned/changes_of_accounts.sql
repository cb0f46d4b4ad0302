-- Which account a change is about: its own change, and those of its contact points and schools. A contact point that moves
-- is about both accounts.
-- Grain: one row a change and account. Key: change_id, account_id.
-- Inputs: planned.account_changes, planned.contact_point_changes, planned.school_member_changes.
-- Outputs: planned_steps.changes_of_accounts.

create view planned_steps.changes_of_accounts as
select
    change_id,
    account_id
from planned.account_changes
union all
select
    change_id,
    new_account_id
from planned.contact_point_changes
where new_account_id is not null
union all
select
    change_id,
    old_account_id
from planned.contact_point_changes
where old_account_id is distinct from new_account_id and old_account_id is not null
union all
select
    change_id,
    account_id
from planned.school_member_changes;
