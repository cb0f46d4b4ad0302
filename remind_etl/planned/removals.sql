-- Which removals count towards the limits of the district: not those that wait because a school is missing.
-- Inputs: planned.changes, planned.waits, lost_roles of waits_schools.sql, provisioned.school_members, .contact_points,
-- platform_accounts, platform_contact_points, platform_school_members, platform_classes, platform_class_memberships.

-- One row an account by the kind of its highest role. Key: account_id.
create or replace temp table account_kinds as
select
    account_id,
    case
        when teacher_id is not null then 'teachers'
        when contains(roles, 'guardian') then 'guardians'
        else 'students'
    end as kind
from platform_accounts
where removed_at is null;

-- One row a teacher or student who is at fewer schools than before. Key: account_id, role.
create or replace temp table fewer_schools as
with wanted as (
    select
        account_id,
        "role",
        count(*) as schools
    from provisioned.school_members
    group by all
),

delivered as (
    select
        account_id,
        "role",
        count(*) as schools
    from platform_school_members
    where removed_at is null and "role" != 'guardian'
    group by all
)

select
    d.account_id,
    d."role"
from delivered as d
inner join wanted as w on d.account_id = w.account_id and d."role" = w."role" and d.schools > w.schools;

-- One row a change that takes something away, with the kind for which limits are set, and what is counted: a person once,
-- who goes, or stays and loses a role, a school or a student; a contact point where the account keeps no other of its
-- kind; a seat where person and class stay. Key: change_kind, id.
create or replace temp table counted_removals as
with removals as (
    select
        kind,
        id,
        "before"
    from planned.changes
    where "action" = 'remove' and (kind, id) not in (select (w.kind, w.id) from planned.waits as w)
),

gone as (
    select account_id
    from lost_roles
    where is_removed
)

select
    case when r.is_removed then k.kind else r."role" || 's' end as kind,
    r.account_id as counted_id,
    'accounts' as change_kind,
    r.account_id as id
from lost_roles as r
inner join account_kinds as k on r.account_id = k.account_id
where r.account_id not in (select w.id from planned.waits as w where w.kind = 'accounts')
union
select
    r."before" ->> 'role' || 's',
    f.account_id,
    r.kind,
    r.id
from removals as r
inner join fewer_schools as f on r."before" ->> 'account_id' = f.account_id and r."before" ->> 'role' = f."role"
where r.kind = 'school_members'
union
select
    'guardians',
    r."before" ->> 'guardian_account_id',
    r.kind,
    r.id
from removals as r
where
    r.kind = 'guardianships'
    and r."before" ->> 'guardian_account_id' not in (select l.account_id from lost_roles as l where l."role" = 'guardian')
    and r."before" ->> 'student_account_id' not in (select g.account_id from gone as g)
union
select
    'contact points',
    r.id as counted_id,
    r.kind,
    r.id
from removals as r
anti join gone as g on r."before" ->> 'account_id' = g.account_id
anti join provisioned.contact_points as p
    on r."before" ->> 'account_id' = p.account_id and r."before" ->> 'kind' = p.kind
where r.kind = 'contact_points'
union
select
    'classes',
    id as counted_id,
    kind,
    id
from removals
where kind = 'classes'
union
select
    'class members',
    r.id as counted_id,
    r.kind,
    r.id
from removals as r
anti join gone as g on r."before" ->> 'account_id' = g.account_id
anti join planned.changes as c
    on c.kind = 'classes' and c."action" = 'remove' and r."before" ->> 'class_id' = c.id
where r.kind = 'class_memberships' and r."before" ->> 'role' != 'owner';

-- One row a kind: how many are removed of how many delivered. Key: kind.
with delivered as (
    select kind
    from account_kinds
    union all
    select 'contact points'
    from platform_contact_points
    where removed_at is null
    union all
    select 'classes'
    from platform_classes
    where removed_at is null
    union all
    select 'class members'
    from platform_class_memberships
    where removed_at is null
),

removed as (
    select
        kind,
        count(distinct counted_id) as records
    from counted_removals
    group by kind
),

standing as (
    select
        kind,
        count(*) as records
    from delivered
    group by kind
)

select
    coalesce(d.kind, r.kind) as kind,
    coalesce(r.records, 0) as records,
    coalesce(d.records, r.records) as delivered
from standing as d
full join removed as r on d.kind = r.kind
order by all;
