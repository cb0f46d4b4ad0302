-- Hold `reused_ids`: an account gets the full name that another one loses, or least_exchanging accounts or more, and half of
-- those that get another first name, exchange first names. Columns of names that moved to other rows look so: messages about
-- a child would have the name of another. A change that shows the exchange waits too: without it, the next plan of the same
-- rows would see no exchange.
-- Grain: one row a change. Key: hold, change_id. Inputs: planned.account_changes, platform_accounts. Outputs: planned.waits.

insert into planned.waits
with renamed_accounts as (
    select
        change.change_id,
        provisioned.name_key(before.first_name, before.last_name) as old_name,
        provisioned.name_key(change.new_first_name, change.new_last_name) as new_name,
        provisioned.name_key(before.first_name, null) as old_first_name,
        provisioned.name_key(change.new_first_name, null) as new_first_name,
        valid.is_like(before.first_name, before.last_name, change.new_first_name, change.new_last_name) as is_like
    from planned.account_changes as change
    inner join platform_accounts as before on change.account_id = before.account_id
    where
        change."action" = 'update'
        and not valid.agrees_in_first_name(before.first_name, change.new_first_name)
),

taken_names as (
    select
        change_id,
        old_name,
        new_name
    from renamed_accounts
    where
        not is_like
        and (
            old_name in (select other.new_name from renamed_accounts as other)
            or new_name in (select other.old_name from renamed_accounts as other)
        )
),

exchanged_first_names as (
    select
        change_id,
        old_first_name,
        new_first_name
    from renamed_accounts
    where
        old_first_name in (select other.new_first_name from renamed_accounts as other)
        and new_first_name in (select other.old_first_name from renamed_accounts as other)
),

counts as (
    select
        (select count(*) from exchanged_first_names) as exchanged,
        (select count(*) from renamed_accounts) as renamed
)

select
    'reused_ids' as hold,
    renamed.change_id,
    'names_exchanged' as reason_code
from renamed_accounts as renamed
cross join counts
where
    renamed.change_id in (select taken.change_id from taken_names as taken)
    or renamed.old_name in (select taken.new_name from taken_names as taken)
    or renamed.new_name in (select taken.old_name from taken_names as taken)
    or (
        counts.exchanged >= greatest($least_exchanging, counts.renamed / 2)
        and (
            renamed.change_id in (select exchanged.change_id from exchanged_first_names as exchanged)
            or renamed.old_first_name in (select exchanged.new_first_name from exchanged_first_names as exchanged)
            or renamed.new_first_name in (select exchanged.old_first_name from exchanged_first_names as exchanged)
        )
    )
on conflict do nothing;
