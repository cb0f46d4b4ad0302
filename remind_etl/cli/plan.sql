-- The last plan, from its published changes and creations. Inputs: changes, creations (published tables).

-- No creations: an earlier version kept them all in changes. Outputs: creations.
create temp table creations (kind varchar, school varchar, records bigint);

-- One row a kind and action. Key: kind, action.
with parts as (
    select
        kind,
        "action",
        count(*) as changes,
        count(*) filter (where state = 'held') as held,
        count(*) filter (where state = 'paused') as paused
    from changes
    group by kind, "action"
    union all
    select
        kind,
        'create' as "action",
        sum(records) as changes,
        0 as held,
        0 as paused
    from creations
    group by kind
)

select
    kind,
    "action",
    sum(changes)::bigint as changes,
    sum(held)::bigint as held,
    sum(paused)::bigint as paused
from parts
group by kind, "action"
order by kind, "action";

-- One row a school, the one with the most changes first. Key: school.
with parts as (
    select
        school,
        count(*) filter (where "action" in ('create', 'revive')) as added,
        count(*) filter (where "action" = 'update') as updated,
        count(*) filter (where "action" = 'remove') as removed,
        count(*) filter (where state = 'held') as held,
        count(*) filter (where state = 'paused') as paused
    from changes
    group by school
    union all by name
    select
        school,
        sum(records) as added
    from creations
    group by school
),

schools as (
    select
        school,
        sum(added)::bigint as added,
        coalesce(sum(updated), 0)::bigint as updated,
        coalesce(sum(removed), 0)::bigint as removed,
        coalesce(sum(held), 0)::bigint as held,
        coalesce(sum(paused), 0)::bigint as paused
    from parts
    group by school
)

select *
from schools
order by added + updated + removed desc, school asc;

-- One row a reason why changes wait. Key: kind, action, reason.
select
    kind,
    "action",
    reason,
    count(*) as changes
from changes
where state != 'go'
group by all
order by changes desc, kind asc, "action" asc, reason asc;
