-- What is published of a plan. A delivered creation is not copied: the record stands in its table.
-- Grain: one row a change, kind and school, hold or plan. Key: kind, id of changes.
-- Inputs: planned.changes, planned.change_states, planned.waits, planned.holds, planned.plans, landed.drops,
-- platform_contact_points, platform_school_members, platform_guardianships, platform_class_memberships.
-- Outputs: report_creations, report_changes, report_holds, report_plan.

-- What this plan created of kinds of which the platform had no record before. A first drop has millions of them. Accounts and
-- classes, to which the other records belong, are told one by one. Key: kind, school.
create or replace temp view report_creations as
with platform_counts as (
    select
        'contact_points' as kind,
        count(*) as records
    from platform_contact_points
    union all
    select
        'school_members',
        count(*)
    from platform_school_members
    union all
    select
        'guardianships',
        count(*)
    from platform_guardianships
    union all
    select
        'class_memberships',
        count(*)
    from platform_class_memberships
),

created as (
    select
        kind,
        school_id as school,
        count(*) as records
    from planned.change_states
    where "action" = 'create' and state = 'go'
    group by all
),

new_kinds as (
    select created.kind
    from created
    inner join platform_counts as platform on created.kind = platform.kind
    group by created.kind, platform.records
    having sum(created.records) = platform.records
)

select *
from created
where kind in (from new_kinds)
order by kind, school;

-- A delivered creation has no record here. Creations are the last, in no order. Key: kind, id.
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
    where "action" = 'create' and state = 'go' and kind not in (select kind from report_creations)
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
