-- The counts by which valid.classes is judged: of its rows, and of rows by the cause for which they are left out or a
-- value of theirs is. Key: none, one row. Inputs: valid.classes, valid.findings, valid.outcomes.

with taken as (
    select
        count(*) as taken,
        count(*) filter (where school_id is null or class_id is null or teacher_id is null or class_name is null) as incomplete,
        count(class_id) - count(distinct class_id) as repeated
    from valid.classes
),

causes as (
    select
        count(distinct line) filter (where code = 'value_too_long') as long_values,
        count(distinct line) filter (where code = 'duplicate_class') as repeated_ids,
        count(distinct line) filter (where code = 'unknown_school') as unknown_schools,
        count(distinct line) filter (where code = 'unknown_teacher') as unknown_teachers,
        count(distinct line) filter (where code = 'school_mismatch') as mismatches
    from valid.findings
    where found_by = 'valid/classes'
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
where f."file" = 'classes.csv';
