-- What each held change needs: lists of holds. It goes when all holds of one list are approved. A part of a removed record
-- also goes with that record. Lists that hold another list are left out.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned.waits, planned.holds, planned_steps.dependencies, planned_steps.removed_records.
-- Outputs: planned_steps.needs.

create table planned_steps.needs as
with own as (
    select
        waits.change_id,
        list(waits.hold order by waits.hold) as needed
    from planned.waits as waits
    semi join planned.holds as held on waits.hold = held.kind and held.is_held and not held.is_approved
    group by waits.change_id
),

all_lists as (
    from own
    union
    select
        dependency.change_id,
        removed.needed
    from planned_steps.dependencies as dependency
    semi join planned_steps.removed_records as removal on dependency.on_change_id = removal.change_id
    inner join own as removed on dependency.on_change_id = removed.change_id
    where dependency.is_part
)

select
    longer.change_id,
    list(longer.needed order by len(longer.needed), longer.needed) as waits_for
from all_lists as longer
anti join all_lists as shorter
    on
        longer.change_id = shorter.change_id
        and longer.needed != shorter.needed
        and list_has_all(longer.needed, shorter.needed)
group by longer.change_id;
