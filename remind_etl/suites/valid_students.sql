-- The counts by which valid.students is judged: of its rows, and of rows by the cause for which they are left out or a
-- value of theirs is. Key: none, one row. Inputs: valid.students, valid.findings, valid.outcomes, raw.students.

with taken as (
    select
        count(*) as taken,
        count(*) filter (where school_id is null or student_id is null or first_name is null or last_name is null) as incomplete
    from valid.students
),

given as (
    select
        count(student_email) + count(guardian_email) as emails,
        count(student_phone) + count(guardian_phone) as phones,
        count(dob) as dobs,
        count(grade) as grades
    from raw.students
),

causes as (
    select
        count(distinct line) filter (where code = 'value_too_long') as long_values,
        count(distinct line) filter (where code = 'unknown_school') as unknown_schools,
        count(*) filter (where code = 'invalid_email') as invalid_emails,
        count(*) filter (where code = 'invalid_phone') as invalid_phones,
        count(*) filter (where code = 'invalid_dob') as invalid_dobs,
        count(*) filter (where code = 'invalid_grade') as invalid_grades
    from valid.findings
    where found_by = 'valid/students'
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
where f."file" = 'students.csv';
