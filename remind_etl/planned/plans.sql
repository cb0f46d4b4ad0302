-- The plan as a whole. Inputs: planned.changes, planned.kept, planned.holds.

insert into planned.plans
select
    $plan_hash,
    $hold_hash,
    $base,
    (select count(*) from planned.changes as c where c.state = 'held'),
    (select count(*) from planned.changes as c where c.state = 'paused'),
    (select count(*) from planned.kept),
    (select coalesce(list(h.kind order by h.kind), []) from planned.holds as h where h.is_held and not h.is_approved),
    $pause;
