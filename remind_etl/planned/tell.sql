-- The plan as a run's page shows it: counts, and ids of records.
-- Grain and key: see each query. Inputs: planned.changes, planned.contact_point_changes, planned.people. Outputs: none.

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

-- One row a change, the $first of them. A contact point is named by its account. Of an account's id only the beginning is
-- shown: what Dagster stores stays there, also when a person is forgotten. Key: none.
with first_changes as (
    select
        *,
        list_position(['held', 'paused', 'go'], state) as place_of_state,
        list_position(['remove'], "action") as place_of_action
    from (select * exclude ("before", "after") from planned.changes)
    order by place_of_state, place_of_action nulls last, kind, id
    limit $first
)

select
    change.kind,
    regexp_replace(
        if(
            change.kind = 'contact_points',
            contact.kind || ' of ' || coalesce(contact.new_account_id, contact.old_account_id),
            change.id
        ),
        '([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '\1…', 'g'
    ) as id,
    change."action",
    change.state,
    change.reason,
    change.school
from first_changes as change
left join planned.contact_point_changes as contact on change.change_id = contact.change_id
order by change.place_of_state, change.place_of_action nulls last, change.kind, change.id;
