-- The changes of one kind that an undoing makes: the platform against what is wished. schema/records.py fills in the names.
-- Grain: one row a change. Key: change_id, and the key of the kind. Inputs: planned_steps.${wished}, ${platform}.
-- Outputs: planned.${changes}.

create table planned.${changes} as
select
    nextval('planned_steps.change_ids') as change_id,
    ${key},
    ${old_and_new},
    case
        when not wanted.is_there then 'remove'
        when delivered.${first_key} is null then 'create'
        when delivered.removed_at is null then 'update'
        else 'revive'
    end as "action",
    'go' as state,
    null::varchar as reason_code,
    null::varchar[][] as waits_for,
    ${no_school}
from planned_steps.${wished} as wanted
left join ${platform} as delivered using (${key})
where
    wanted.is_there != (delivered.${first_key} is not null and delivered.removed_at is null)
    or (wanted.is_there and (${is_changed}));
