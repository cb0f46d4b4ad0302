-- The counts by which valid.teachers is judged: of its rows, and of rows by the cause for which they are left out or a
-- value of theirs is. Key: none, one row. Inputs: valid.teachers, valid.findings, valid.outcomes, raw.teachers.

with taken as (
    select
        count(*) as taken,
        count(*) filter (where school_id is null or teacher_id is null or first_name is null or last_name is null) as incomplete
    from valid.teachers
),

given as (
    select count(teacher_mobile_phone) as phones
    from raw.teachers
),

causes as (
    select
        count(distinct line) filter (where code = 'value_too_long') as long_values,
        count(distinct line) filter (where code = 'unknown_school') as unknown_schools,
        count(distinct line) filter (
            where "column" = 'teacher_email' and code in ('missing_value', 'value_too_long', 'invalid_email')
        ) as no_email,
        count(*) filter (where code = 'invalid_phone') as invalid_phones
    from valid.findings
    where found_by = 'valid/teachers'
)

select
    t.*,
    f.left_out,
    c.*,
    g.*,
    f.accepted,
    abs(f.accepted - t.taken - f.left_out - f.repeated) as lost
from valid.outcomes as f
cross join taken as t
cross join causes as c
cross join given as g
where f."file" = 'teachers.csv';
