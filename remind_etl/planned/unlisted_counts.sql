-- How many of the delivered records of a kind the files name, but do not list.
-- Grain: one row a kind with such records. Key: record_type.
-- Inputs: planned_steps.named_records, planned_steps.delivered_counts. Outputs: none.

select
    named.record_type,
    count(*) as unlisted,
    any_value(counted.delivered) as delivered
from planned_steps.named_records as named
inner join planned_steps.delivered_counts as counted on named.record_type = counted.record_type
group by named.record_type
order by named.record_type;
