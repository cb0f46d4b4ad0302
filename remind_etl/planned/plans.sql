-- The plan as a whole.
-- Grain: one row. Inputs: planned.changes, planned.protected_reasons, planned.holds. Outputs: planned.plans.

insert into planned.plans
select
    $plan_hash,
    $hold_hash,
    $base,
    (select count(*) from planned.changes as held where held.state = 'held') as held,
    (select count(*) from planned.changes as paused where paused.state = 'paused') as paused,
    (select count(*) from planned.protected_reasons) as protected,
    (
        select coalesce(list(waiting.kind order by waiting.kind), [])
        from planned.holds as waiting
        where waiting.is_held and not waiting.is_approved
    ) as holds,
    $pause;
