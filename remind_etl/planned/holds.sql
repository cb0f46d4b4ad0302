-- What waits for a person: the changes that wait for a kind that nobody approved, but not what hangs on a record that
-- goes. Inputs: planned.changes, planned.waits, planned.holds.

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
    select id
    from planned.changes
    where kind in ('accounts', 'classes') and "action" = 'remove' and state = 'go'
) as g
where
    state = 'held'
    and "action" = 'remove'
    and changes.kind not in ('accounts', 'classes')
    and g.id in (
        "before" ->> 'account_id',
        "before" ->> 'student_account_id',
        "before" ->> 'guardian_account_id',
        "before" ->> 'class_id'
    );
