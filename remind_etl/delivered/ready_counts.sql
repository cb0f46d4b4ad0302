-- How many changes of each kind go to the platform, by action.
-- Grain: one row a kind and action. Key: kind, action. Inputs: planned.change_states. Outputs: none.

select
    kind,
    "action",
    count(*) as changes
from planned.change_states
where state = 'go'
group by kind, "action"
order by kind, "action";
