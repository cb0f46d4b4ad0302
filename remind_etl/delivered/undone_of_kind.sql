-- What brings back the records of one kind that a delivery removed or changed. schema/records.py fills in the names.
-- A contact point that moved is among them always, so that it is counted if it stays with its new account.
-- Grain: one row a change. Key: change_id, and the key of the kind. state: `go`, or `left` with the reason.
-- Inputs: undone (changes of the delivery), changed_since (kind and id of what later ones changed), the variable
-- removals_only. Outputs: planned.${changes}.

create table planned.${changes} as
with undone_records as (
    select
        undone.id,
        undone."action",
        json_transform(undone."before", '${shape}') as was,
        json_transform(undone."after", '${shape}') as became,
        undone.id in (select later.id from changed_since as later where later.kind = '${records}') as is_changed_since
    from undone
    where
        undone.kind = '${records}'
        and (
            undone."action" = 'remove'
            or (undone."action" = 'update' and ('${records}' = 'contact_points' or not getvariable('removals_only')))
        )
)

select
    nextval('planned_steps.change_ids') as change_id,
    ${key_of_was},
    ${became_and_was},
    if("action" = 'remove', 'revive', 'update') as "action",
    if(is_changed_since, 'left', 'go') as state,
    if(is_changed_since, 'changed_again', null) as reason_code,
    null::varchar[][] as waits_for,
    ${no_school}
from undone_records;
