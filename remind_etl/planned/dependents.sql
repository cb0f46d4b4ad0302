-- What waits because that on which it hangs waits, and on that again. Inputs: planned.waits, hangs of hangs.sql.

insert into planned.waits
with recursive reached as (
    select
        hold,
        kind,
        id
    from planned.waits
    union
    select
        r.hold,
        h.kind,
        h.id
    from reached as r
    inner join hangs as h on r.kind = h.on_kind and r.id = h.on_id
)

select
    r.hold,
    r.kind,
    r.id,
    min(h.reason)
from reached as r
inner join hangs as h on r.kind = h.kind and r.id = h.id
group by r.hold, r.kind, r.id
on conflict do nothing;
