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
    school
from planned.changes
order by kind, "action", id;

-- One row a kind that waits for a person, with the changes that wait for it by kind and action. Key: kind.
create or replace temp view report_holds as
with waiting as (
    select
        w.hold,
        c.kind,
        c."action",
        count(*) as changes
    from planned.waits as w
    inner join planned.changes as c on w.kind = c.kind and w.id = c.id
    where c.state = 'held'
    group by all
)

select
    h.kind,
    h.records,
    h.delivered,
    h.allowed,
    coalesce(sum(w.changes), 0)::bigint as changes,
    list({ 'kind': w.kind, 'action': w."action", 'changes': w.changes } order by w.kind, w."action") as would
from planned.holds as h
left join waiting as w on h.kind = w.hold
where h.is_held and not h.is_approved
group by all
order by h.kind;

-- One row a kind of removals of this plan; one without a kind where there are none. Key: drop_id, hold_hash, kind.
create or replace temp view report_plan as
select
    d.drop_id,
    p.hold_hash,
    h.kind,
    h.records,
    h.delivered,
    h.is_held
from landed.drops as d
cross join planned.plans as p
left join planned.holds as h on h.records > 0;
