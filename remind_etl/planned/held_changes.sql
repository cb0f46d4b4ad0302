-- The changes that wait for a person: those that wait for a hold that nobody approved. A part of a change that goes is not
-- among them.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned.waits, planned.holds, planned.reasons, planned_steps.parts.
-- Outputs: planned_steps.held_changes.

create or replace table planned_steps.held_changes as
with waiting as (
    select
        waits.change_id,
        arg_min(waits.reason_code, reason.place) as reason_code
    from planned.waits as waits
    semi join planned.holds as held on waits.hold = held.kind and held.is_held and not held.is_approved
    inner join planned.reasons as reason on waits.reason_code = reason.reason_code
    group by waits.change_id
),

parts_that_go as (
    select part.change_id
    from planned_steps.parts as part
    anti join waiting on part.on_change_id = waiting.change_id
)

-- In the order of the changes, an update from this table writes each part of theirs once.
select *
from waiting
anti join parts_that_go using (change_id)
order by change_id;
