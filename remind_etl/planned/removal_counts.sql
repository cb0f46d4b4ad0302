-- How many records of a hold this plan removes, how many were delivered, and whether a school loses half of them. The
-- limits of the district judge the result.
-- Grain: one row a hold. Key: hold. Inputs: planned_steps.counted_removals, planned_steps.delivered_records,
-- planned_steps.halved_schools.
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
    coalesce(delivered.records, removed.records) as delivered,
    hold in (select halved.hold from planned_steps.halved_schools as halved) as halves_a_school
from planned_steps.delivered_records as delivered
full join removed using (hold)
order by all;
