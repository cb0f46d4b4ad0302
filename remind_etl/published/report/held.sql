-- What waits for a person, from the published changes. Input: published (the table `changes`).
-- One row a kind of record, action, and what such changes need to be approved. Key: kind, action, waits_for.

select
    kind,
    "action",
    waits_for,
    count(*) as changes
from published
where state = 'held'
group by all
order by kind, "action", waits_for;
