-- Hold `reused_ids`: names that moved to other rows or columns. Messages about a child would have the name of another.
-- An account gets the full name that another one loses. Or least_exchanging accounts or more, and half of those that get another
-- first name, exchange first names, or have first and last name the other way round.
-- A change that shows the exchange waits too: without it, the next plan of the same rows would see no exchange.
-- Grain: one row a change. Key: hold, change_id.
-- Inputs: planned_steps.renamed_accounts, planned_steps.taken_names, planned.account_changes. Outputs: planned.waits.

insert into planned.waits
with exchanged_first_names as (
    select
        change_id,
        old_first_name,
        new_first_name
    from planned_steps.renamed_accounts
    where
        old_first_name in (select other.new_first_name from planned_steps.renamed_accounts as other)
        and new_first_name in (select other.old_first_name from planned_steps.renamed_accounts as other)
),

counts as (
    select
        greatest($least_exchanging, count(*) / 2) as least,
        count(*) filter (where is_turned) as turned,
        (select count(*) from exchanged_first_names) as exchanged
    from planned_steps.renamed_accounts
),

waiting as (
    select
        change_id,
        'names_exchanged' as reason_code
    from planned_steps.taken_names
    union all
    select
        lost_by_change_id,
        'names_exchanged'
    from planned_steps.taken_names
    union all
    select
        renamed.change_id,
        'names_exchanged'
    from planned_steps.renamed_accounts as renamed
    cross join counts
    where
        counts.exchanged >= counts.least
        and (
            renamed.old_first_name in (select exchanged.new_first_name from exchanged_first_names as exchanged)
            or renamed.new_first_name in (select exchanged.old_first_name from exchanged_first_names as exchanged)
        )
    union all
    select
        renamed.change_id,
        'names_turned'
    from planned_steps.renamed_accounts as renamed
    cross join counts
    where renamed.is_turned and counts.turned >= counts.least
)

select
    'reused_ids' as hold,
    waiting.change_id,
    min(waiting.reason_code) as reason_code
from waiting
semi join planned.account_changes as change on waiting.change_id = change.change_id
group by waiting.change_id
on conflict do nothing;
