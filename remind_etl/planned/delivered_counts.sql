-- How many teachers, students and classes are delivered.
-- Grain: one row a kind that has any. Key: record_type.
-- Inputs: planned_steps.delivered_people, platform_classes. Outputs: planned_steps.delivered_counts.

create table planned_steps.delivered_counts as
select
    replace("file", 's.csv', '') as record_type,
    count(distinct person_id) as delivered
from planned_steps.delivered_people
group by "file"
union all
select
    'class',
    count(*)
from platform_classes
where removed_at is null
having count(*) > 0;
