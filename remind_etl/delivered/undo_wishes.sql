-- What the undone deliveries took away or changed, and how each of these records should be afterwards.
-- A record goes back to how it was before the first of its last changes, if all of these are undone. So the order in which
-- deliveries are undone makes no difference. A change that stays ends the row of its changes.
-- `history` has the changes since the first undone delivery; `undone_deliveries` number and removals_only; `undoings` the
-- numbers of the earlier undoings.
-- Grain: one row a record. Key: kind, id. Inputs: history, undone_deliveries, undoings.
-- Outputs: planned_steps.judged_changes, planned_steps.undo_wishes, planned_steps.left_records.

-- One row a change. An earlier undoing is always reverted. A moved contact point is a removal for its former account.
create table planned_steps.judged_changes as
with numbered as (
    select * replace ("number"::bigint as "number")
    from history
),

reverted_changes as (
    select
        change.*,
        undoing."number" is not null as is_of_undoing,
        undoing."number" is not null or case
            when undone."number" is null then false
            when undone.removals_only then change."action" = 'remove' or change.kind = 'contact_points'
            else true
        end as is_reverted
    from numbered as change
    left join undone_deliveries as undone on change."number" = undone."number"
    left join undoings as undoing on change."number" = undoing."number"
)

select
    *,
    coalesce(max(if(is_reverted, null, "number")) over (partition by kind, id), 0) as last_stays
from reverted_changes;

-- `otherwise` is the newest version without any undoing, null if the record was removed. `as_of` is the delivery before
-- which the record was as it is wished. `is_added` if the record was not there before.
create table planned_steps.undo_wishes as
select
    kind,
    id,
    coalesce(first("before" order by "number"), first("after" order by "number")) as wished,
    if(
        bool_and(is_of_undoing),
        first("before" order by "number"),
        last("after" order by "number") filter (where not is_of_undoing)
    ) as otherwise,
    min("number") as as_of,
    first("action" order by "number") in ('create', 'link', 'revive') as is_added,
    bool_or(not is_of_undoing and "action" in ('remove', 'update')) as is_of_delivery
from planned_steps.judged_changes
where "number" > last_stays
group by kind, id;

-- One row a record that stays as it is although an undone delivery removed or changed it.
create table planned_steps.left_records as
with changed_again as (
    select
        kind,
        last_stays,
        last("before" order by "number")
        filter (where is_reverted and not is_of_undoing and "action" in ('remove', 'update')) as was,
        last("after" order by "number") as "is"
    from planned_steps.judged_changes
    group by kind, id, last_stays
    having max("number") filter (where is_reverted and not is_of_undoing) < last_stays
)

select
    kind,
    'changed_again' as reason_code,
    last_stays as later_delivery
from changed_again
where was is not null and was is distinct from "is";
