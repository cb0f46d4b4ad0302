-- The plan as a whole. Inputs: planned.changes, planned.kept, planned.removals, open_schools of kept.sql.

insert into planned.plans
select
    $plan_hash,
    $hold_hash,
    $base,
    (select count(*) from planned.changes as c where c.state = 'held'),
    (select count(*) from planned.kept),
    (
        select coalesce(list(w.kind order by w.kind), [])
        from (
            select r.kind
            from planned.removals as r
            where r.is_held and not r.is_approved
            union
            select 'schools'
            from open_schools as s
            where s.is_vanished
        ) as w
    );
