-- What is published of a plan. Inputs: planned.changes, .waits, .holds, .plans, landed.drops.

create or replace temp view report_changes as
select
    kind,
    id,
    "action",
    state,
    reason,
    "before",
    "after",
    school,
    waits_for,
    reason_code
from planned.changes
order by kind, "action", id;

-- One row a kind that waits for a person, or of which something waits for another kind after it was approved. Key: kind.
create or replace temp view report_holds as
select
    h.kind,
    h.records,
    h.delivered,
    h.allowed,
    h.is_approved
from planned.holds as h
left join planned.waits as w on h.kind = w.hold
left join planned.changes as c on w.change_id = c.change_id and c.state = 'held'
where h.is_held
group by all
having not h.is_approved or count(c.id) > 0
order by h.kind;

-- One row a kind of removals of this plan; one without a kind where there are none. Key: drop_id, hold_hash, kind.
create or replace temp view report_plan as
select
    d.drop_id,
    p.hold_hash,
    h.kind,
    h.records,
    h.delivered,
    h.is_held,
    h.is_approved
from landed.drops as d
cross join planned.plans as p
left join planned.holds as h on h.records > 0;
