-- How many of the delivered records of a kind the files name, but do not list.
-- Grain: one row a kind with such records. Key: record_type.
-- Inputs: planned_steps.named_records, planned_steps.delivered_people, platform_classes. Outputs: none.

with delivered as (
    select
        replace("file", 's.csv', '') as record_type,
        count(distinct person_id) as records
    from planned_steps.delivered_people
    group by "file"
    union all
    select
        'class',
        count(*)
    from platform_classes
    where removed_at is null
)

select
    named.record_type,
    count(*) as unlisted,
    any_value(delivered.records) as delivered
from planned_steps.named_records as named
inner join delivered on named.record_type = delivered.record_type
group by named.record_type
order by named.record_type;
