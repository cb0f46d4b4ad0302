-- What each change that waits needs: the kinds of holds that nobody approved, or, as a part of a record that goes, those of
-- that record. Inputs: planned.changes, planned.waits, planned.holds, hangs of hangs.sql.

update planned.changes
set waits_for = n.needs
from (
    with own as (
        select
            w.kind,
            w.id,
            list(w.hold order by w.hold) as needed
        from planned.waits as w
        semi join planned.holds as h on w.hold = h.kind and h.is_held and not h.is_approved
        group by w.kind, w.id
    ),

    needs as (
        select *
        from own
        union
        select
            h.kind,
            h.id,
            o.needed
        from hangs as h
        inner join own as o on h.on_kind = o.kind and h.on_id = o.id
        inner join planned.changes as g on h.on_kind = g.kind and h.on_id = g.id and g."action" = 'remove'
        where h.is_part
    )

    select
        n.kind,
        n.id,
        list(n.needed order by len(n.needed), n.needed) as needs
    from needs as n
    anti join needs as l
        on n.kind = l.kind and n.id = l.id and n.needed != l.needed and list_has_all(n.needed, l.needed)
    group by n.kind, n.id
) as n
where changes.state = 'held' and changes.kind = n.kind and changes.id = n.id;
