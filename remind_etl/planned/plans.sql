-- The plan as a whole. Inputs: planned.changes, planned.kept, planned.holds.

insert into planned.plans
select
    $plan_hash,
    $base,
    (select count(*) from planned.changes as c where c.state = 'held'),
    (select count(*) from planned.kept),
    (
        select coalesce(list(w.kind order by w.kind), [])
        from (
            select h.kind
            from planned.holds as h
            where not h.is_approved
            union
            select 'schools'
            from planned.kept as k
            where k.reason = 'the school is not in schools.csv'
        ) as w
    );
