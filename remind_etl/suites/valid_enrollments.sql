-- The counts by which valid.enrollments is judged: of its rows, and of rows by the cause for which they are left out or a
-- value of theirs is. Key: none, one row. Inputs: valid.enrollments, valid.findings, valid.outcomes.

with taken as (
    select
        count(*) as taken,
        count(*) filter (where school_id is null or class_id is null or user_id is null or "role" is null) as incomplete
    from valid.enrollments
),

causes as (
    select
        count(distinct line) filter (where code = 'value_too_long') as long_values,
        count(distinct line) filter (where code = 'unknown_class') as unknown_classes,
        count(distinct line) filter (where code = 'unknown_user') as unknown_users,
        count(distinct line) filter (where code = 'school_mismatch') as mismatches
    from valid.findings
    where found_by = 'valid/enrollments'
)

select
    t.*,
    f.left_out,
    f.repeated as repeated_rows,
    c.*,
    f.accepted,
    abs(f.accepted - t.taken - f.left_out - f.repeated) as lost
from valid.outcomes as f
cross join taken as t
cross join causes as c
where f."file" = 'enrollments.csv';
