-- How many changes of each kind go to the platform, by action.
-- Grain: one row a kind and action. Key: kind, action. Inputs: planned.changes. Outputs: none.

select
    kind,
    "action",
    count(*) as changes
from planned.changes
where state = 'go'
group by kind, "action"
order by kind, "action";
