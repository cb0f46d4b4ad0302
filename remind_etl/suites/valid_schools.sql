-- The counts by which valid.schools is judged: of its rows, and of rows by the cause for which they are left out or a
-- value of theirs is. Key: none, one row. Inputs: valid.schools, valid.findings, valid.outcomes.

with taken as (
    select
        count(*) as taken,
        count(*) filter (where school_id is null or school_name is null) as incomplete,
        count(school_id) - count(distinct school_id) as repeated
    from valid.schools
),

causes as (
    select
        count(distinct line) filter (where code = 'value_too_long') as long_values,
        count(distinct line) filter (where code = 'duplicate_school') as repeated_ids
    from valid.findings
    where found_by = 'valid/schools'
)

select
    t.*,
    f.left_out,
    c.*,
    f.accepted,
    abs(f.accepted - t.taken - f.left_out) as lost
from valid.outcomes as f
cross join taken as t
cross join causes as c
where f."file" = 'schools.csv';
