-- The changes that go to the platform and remove or change what was there, with the records before and after as JSON.
-- Grain: one row a change. Key: kind, id. Inputs: planned.changes. Outputs: none.

select
    kind,
    id,
    "action",
    "before"::varchar as "before",
    "after"::varchar as "after"
from planned.changes
where state = 'go' and "action" != 'create';
