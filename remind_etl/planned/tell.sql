-- The plan as it is told: counts, and ids of records. Inputs: planned.changes, planned.people.

-- One row a kind and action. Key: name.
select
    kind || ' ' || "action" as "name",
    count(*) as changes
from planned.changes
group by kind, "action"
order by "name";

-- One row a term in which people think. Key: name.
select
    term as "name",
    left_so
from planned.people
order by term;

-- One row a school, the $first with the most changes. Key: school.
select
    coalesce(school, '') as school,
    count(*) filter (where "action" in ('create', 'revive')) as added,
    count(*) filter (where "action" = 'update') as updated,
    count(*) filter (where "action" = 'remove') as removed,
    count(*) filter (where state = 'held') as held,
    count(*) filter (where state = 'paused') as paused
from planned.changes
group by all
order by count(*) desc, school
limit $first;

-- One row a change, the $first of them; a contact point is told by its account, and of an account's id the beginning: what
-- is told to Dagster stays there, also when a person is forgotten. Key: none.
select
    kind,
    regexp_replace(
        case
            when kind = 'contact_points'
                then (coalesce("after", "before") ->> 'kind') || ' of ' || (coalesce("after", "before") ->> 'account_id')
            else id
        end,
        '([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '\1…', 'g'
    ) as id,
    "action",
    state,
    reason,
    school
from planned.changes
order by list_position(['held', 'paused', 'go'], state), list_position(['remove'], "action") nulls last, kind, id
limit $first;
