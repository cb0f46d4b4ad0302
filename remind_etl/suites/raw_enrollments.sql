-- The counts by which raw.enrollments is judged, in one pass. Key: none, one row.
-- Inputs: raw.enrollments_sent, which has the rows of the view without their lines, raw.outcomes.

with counted as (
    select
        count(*) as taken,
        count(*) - count(school_id) as no_school_id,
        count(*) - count(class_id) as no_class_id,
        count(*) - count(user_id) as no_user_id,
        count(*) filter (
            where user_id is not null and (school_id is null or class_id is null)
        ) as blank_values,
        count(user_id) as filled_ids,
        count(distinct user_id) as ids,
        count(class_id) as filled_classes,
        count(distinct class_id) as classes,
        count(*) filter (where valid.is_rounded(user_id)) as rounded_ids
    from raw.enrollments_sent
)

select
    c.* exclude (taken),
    f.accepted,
    f.rejected,
    f.records,
    f.miscounted + abs(f.accepted - c.taken) as lost
from raw.outcomes as f
cross join counted as c
where f."file" = 'enrollments.csv';
