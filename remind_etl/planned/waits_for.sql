-- What each held change needs: lists of holds. It goes when all holds of one list are approved. A part of another
-- change also goes with that change. Lists that hold another list are left out.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned.waits, planned.holds, planned_steps.parts.
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
        part.change_id,
        whole.needed
    from planned_steps.parts as part
    inner join own as whole on part.on_change_id = whole.change_id
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
