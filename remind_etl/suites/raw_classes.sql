-- The counts by which raw.classes is judged, in one pass. Key: none, one row.
-- Inputs: raw.classes, raw.outcomes.

with counted as (
    select
        count(*) as taken,
        count(*) - count(school_id) as no_school_id,
        count(*) - count(class_id) as no_class_id,
        count(*) - count(teacher_id) as no_teacher_id,
        count(*) - count(class_name) as no_class_name,
        count(*) filter (
            where class_id is not null and (school_id is null or teacher_id is null or class_name is null)
        ) as blank_values,
        count(class_id) as filled_ids,
        count(distinct class_id) as ids,
        count(*) filter (where valid.is_rounded(class_id)) as rounded_ids
    from raw.classes
)

select
    c.* exclude (taken),
    f.accepted,
    f.rejected,
    f.records,
    f.miscounted + abs(f.accepted - c.taken) as lost
from raw.outcomes as f
cross join counted as c
where f."file" = 'classes.csv';
