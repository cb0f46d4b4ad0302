-- How many of the delivered records of a kind have another spelling of their id in their own file.
-- Grain: one row a kind with such records. Key: record_type.
-- Inputs: planned_steps.respelled_ids, planned_steps.delivered_counts. Outputs: none.

select
    respelled.record_type,
    count(distinct respelled.old_id) as respelled,
    any_value(counted.delivered) as delivered
from planned_steps.respelled_ids as respelled
inner join planned_steps.delivered_counts as counted on respelled.record_type = counted.record_type
group by respelled.record_type
order by respelled.record_type;
