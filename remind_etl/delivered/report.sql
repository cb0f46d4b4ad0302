-- What is published of a district. Inputs: platform_<kind> (the platform's records, removed ones too), planned.changes.

create or replace temp view report_accounts as
select * exclude (removed_at)
from platform_accounts
where removed_at is null
order by account_id;

create or replace temp view report_contact_points as
select * exclude (removed_at)
from platform_contact_points
where removed_at is null
order by account_id, kind, "value";

create or replace temp view report_school_members as
select * exclude (removed_at)
from platform_school_members
where removed_at is null
order by school_id, "role", account_id;

create or replace temp view report_guardianships as
select * exclude (removed_at)
from platform_guardianships
where removed_at is null
order by student_id, guardian_account_id;

create or replace temp view report_classes as
select * exclude (removed_at)
from platform_classes
where removed_at is null
order by class_id;

-- One row a place in a class, a guardian's through the student's. Key: class_id, account_id, role, record_id.
create or replace temp view report_class_members as
with seats as (
    select s.* exclude (removed_at)
    from platform_class_seats as s
    semi join report_accounts as a on s.account_id = a.account_id
    where s.removed_at is null
)

select *
from (
    from seats
    union all
    select
        s.class_id,
        g.guardian_account_id,
        'guardian',
        g.student_id
    from seats as s
    inner join report_guardianships as g on s.account_id = g.student_account_id
    where s."role" = 'student'
)
order by class_id, "role", record_id, account_id;

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

-- One row a number that people ask for first. Key: name.
create or replace temp view report_counts as
select
    'accounts' as "name",
    count(*) as records
from report_accounts
union all
select
    'teachers',
    count(*)
from report_accounts
where roles like '%teacher%'
union all
select
    'guardians',
    count(*)
from report_accounts
where roles like '%guardian%'
union all
select
    'students',
    count(*)
from report_accounts
where roles like '%student%'
union all
select
    'contact_points',
    count(*)
from report_contact_points
union all
select
    'classes',
    count(*)
from report_classes
union all
select
    'class_members',
    count(*)
from report_class_members;
