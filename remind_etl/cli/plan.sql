-- The last plan, from its published changes. Input: published (the table `changes`).

-- One row a kind and action. Key: kind, action.
select
    kind,
    "action",
    count(*) as changes,
    count(*) filter (where state = 'held') as held,
    count(*) filter (where state = 'paused') as paused
from published
group by all
order by kind, "action";

-- One row a school, the one with the most changes first. Key: school.
select
    school,
    count(*) filter (where "action" in ('create', 'revive')) as added,
    count(*) filter (where "action" = 'update') as updated,
    count(*) filter (where "action" = 'remove') as removed,
    count(*) filter (where state = 'held') as held,
    count(*) filter (where state = 'paused') as paused
from published
group by all
order by added + updated + removed desc, school asc;

-- One row a reason why changes wait. Key: kind, action, reason.
select
    kind,
    "action",
    reason,
    count(*) as changes
from published
where state != 'go'
group by all
order by changes desc, kind asc, "action" asc, reason asc;
