-- How many records of a hold this plan removes, and how many were delivered. The limits of the district judge the result.
-- Grain: one row a hold. Key: hold. Inputs: planned_steps.counted_removals, planned_steps.delivered_records.
-- Outputs: none.

with removed as (
    select
        hold,
        count(distinct counted_id) as records
    from planned_steps.counted_removals
    group by hold
)

select
    hold,
    coalesce(removed.records, 0) as records,
    coalesce(delivered.records, removed.records) as delivered
from planned_steps.delivered_records as delivered
full join removed using (hold)
order by all;
