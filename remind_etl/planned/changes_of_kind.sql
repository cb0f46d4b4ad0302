-- The changes of one kind of record: what should be against what was last delivered. schema/records.py fills in the names.
-- Grain: one row a change. Key: change_id, and the key of the kind. old_ columns are null in a create or revive; new_
-- columns are null in a remove.
-- Removed records of the platform are inputs too. Inputs: provisioned.${records}, ${platform}, planned_steps.${schools}.
-- Outputs: planned.${changes}.

create table planned.${changes} as
with delivered as (
    select * exclude (removed_at)
    from ${platform}
    where removed_at is null
),

difference as (
    select
        ${key},
        ${old_and_new},
        wanted.${first_key} is null as is_removed,
        delivered.${first_key} is null as is_new
    from provisioned.${records} as wanted
    full join delivered using (${key})
    where wanted.${first_key} is null or delivered.${first_key} is null or ${is_changed}
),

removed_before as (
    select
        ${key},
        true as is_known
    from ${platform}
    where removed_at is not null
)

select
    nextval('planned_steps.change_ids') as change_id,
    difference.* exclude (is_removed, is_new),
    case
        when is_removed then 'remove'
        when not is_new then 'update'
        when is_known then 'revive'
        else 'create'
    end as "action",
    'go' as state,
    null::varchar as reason_code,
    null::varchar[][] as waits_for,
    ${school_id}
from difference
left join removed_before using (${key})
left join planned_steps.${schools} as place on ${owner} = place.${owner_id};
