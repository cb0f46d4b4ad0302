-- What waits for a person: the changes that wait for a kind that nobody approved, but not what hangs on a record that
-- goes. Inputs: planned.changes, planned.waits, planned.holds, hangs of hangs.sql.

update planned.changes
set state = 'go', reason = null
where state = 'held';

update planned.changes
set state = 'held', reason = w.reason
from (
    select
        w.kind,
        w.id,
        min(w.reason) as reason
    from planned.waits as w
    semi join planned.holds as h on w.hold = h.kind and h.is_held and not h.is_approved
    group by w.kind, w.id
) as w
where changes.kind = w.kind and changes.id = w.id;

update planned.changes
set state = 'go', reason = null
from (
    select
        h.kind,
        h.id
    from hangs as h
    inner join planned.changes as g on h.on_kind = g.kind and h.on_id = g.id
    where h.is_part and g."action" = 'remove' and g.state = 'go'
) as p
where changes.state = 'held' and changes.kind = p.kind and changes.id = p.id;
