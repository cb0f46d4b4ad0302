-- The plan as a whole.
-- Grain: one row. Inputs: planned.change_states, planned.protected_reasons, planned.holds. Outputs: planned.plans.

insert into planned.plans
select
    $plan_hash,
    $hold_hash,
    $base,
    count(*) filter (where state = 'held') as held,
    count(*) filter (where state = 'paused') as paused,
    (select count(*) from planned.protected_reasons) as protected,
    (
        select coalesce(list(waiting.kind order by waiting.kind), [])
        from planned.holds as waiting
        where waiting.is_held and not waiting.is_approved
    ) as holds,
    $pause
from planned.change_states;
