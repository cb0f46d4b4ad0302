-- The counts by which raw.schools is judged, in one pass. Key: none, one row.
-- Inputs: raw.schools, raw.outcomes.

with counted as (
    select
        count(*) as taken,
        count(*) - count(school_id) as no_school_id,
        count(*) - count(school_name) as no_school_name,
        count(*) filter (where school_id is not null and school_name is null) as blank_values,
        count(school_id) as filled_ids,
        count(distinct school_id) as ids
    from raw.schools
)

select
    c.* exclude (taken),
    f.accepted,
    f.rejected,
    f.records,
    f.miscounted + abs(f.accepted - c.taken) as lost
from raw.outcomes as f
cross join counted as c
where f."file" = 'schools.csv';
