-- What waits because something on which it depends waits, directly or through others.
-- Grain: one row a hold and change. Key: hold, change_id.
-- Inputs: planned.waits, planned_steps.dependencies, planned.reasons. Outputs: planned.waits.

insert into planned.waits
with recursive reached as (
    select
        hold,
        change_id
    from planned.waits
    union
    select
        reached.hold,
        dependency.change_id
    from reached
    inner join planned_steps.dependencies as dependency on reached.change_id = dependency.on_change_id
)

select
    reached.hold,
    reached.change_id,
    arg_min(dependency.reason_code, reason.place) as reason_code
from reached
inner join planned_steps.dependencies as dependency on reached.change_id = dependency.change_id
inner join planned.reasons as reason on dependency.reason_code = reason.reason_code
group by reached.hold, reached.change_id
on conflict do nothing;
