-- The roles that accounts lose by this plan.
-- Grain: one row an account and role. Key: account_id, role. Inputs: planned.account_changes.
-- Outputs: planned_steps.lost_roles.

create table planned_steps.lost_roles as
select
    change_id,
    account_id,
    "action" = 'remove' as is_removed,
    unnest(list_filter(
        string_split(old_roles, '+'),
        lambda role_name: "action" = 'remove' or not list_contains(string_split(new_roles, '+'), role_name)
    )) as "role"
from planned.account_changes
where "action" in ('remove', 'update');
