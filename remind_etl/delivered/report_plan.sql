-- What is published of a plan. A delivered creation is not copied: the record stands in its table. Creations are the last,
-- in no order.
-- Grain: one row a change, hold or plan. Key: kind, id of changes.
-- Inputs: planned.changes, planned.waits, planned.holds, planned.plans, landed.drops.
-- Outputs: report_changes, report_holds, report_plan.

-- A delivered creation is not copied: the record stands in its table. Creations are the last, in no order. Key: kind, id.
create or replace temp view report_changes as
with other_changes as (
    select *
    from planned.changes
    where "action" != 'create' or state != 'go'
    order by kind, "action", id
),

changes as (
    select *
    from other_changes
    union all by name
    select * exclude ("after")
    from planned.changes
    where "action" = 'create' and state = 'go'
)

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
from changes;

-- One row a kind that waits for a person, or of which something waits for another kind after it was approved. Key: kind.
create or replace temp view report_holds as
select
    hold.kind,
    hold.records,
    hold.delivered,
    hold.allowed,
    hold.is_approved
from planned.holds as hold
left join planned.waits as waiting on hold.kind = waiting.hold
left join planned.changes as change on waiting.change_id = change.change_id and change.state = 'held'
where hold.is_held
group by all
having not hold.is_approved or count(change.id) > 0
order by hold.kind;

-- One row a kind of removals of this plan; one without a kind where there are none. Key: drop_id, hold_hash, kind.
create or replace temp view report_plan as
select
    landed_drop.drop_id,
    plan.hold_hash,
    hold.kind,
    hold.records,
    hold.delivered,
    hold.is_held,
    hold.is_approved
from landed.drops as landed_drop
cross join planned.plans as plan
left join planned.holds as hold on hold.records > 0;
