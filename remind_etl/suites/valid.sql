-- The counts by which a valid table is judged: its rows, and the rows of the file by what is wrong with them.
-- `${incomplete}` is the condition that a required value is missing.
-- Key: none, one row. Inputs: valid.${table}, valid.findings, valid.outcomes.

with counted as (
    select
        count(*) as taken,
        count(*) filter (where ${incomplete}) as incomplete
    from valid.${table}
),

-- A row may have several problems of one code, such as two phones that are not valid.
causes as (
    select
        count(distinct line) filter (where code = 'value_too_long') as long_values,
        count(distinct line) filter (where code in ('duplicate_school', 'duplicate_class')) as repeated_ids,
        count(distinct line) filter (where code = 'unknown_school') as unknown_schools,
        count(distinct line) filter (where code = 'unknown_teacher') as unknown_teachers,
        count(distinct line) filter (where code = 'unknown_class') as unknown_classes,
        count(distinct line) filter (where code = 'unknown_user') as unknown_users,
        count(distinct line) filter (where code = 'school_mismatch') as mismatches,
        count(distinct line) filter (
            where "column" = 'teacher_email' and code in ('missing_value', 'value_too_long', 'invalid_email')
        ) as no_email,
        count(*) filter (where code = 'invalid_email') as invalid_emails,
        count(*) filter (where code = 'invalid_phone') as invalid_phones,
        count(*) filter (where code in ('invalid_dob', 'ambiguous_dob')) as invalid_dobs,
        count(*) filter (where code = 'invalid_grade') as invalid_grades
    from valid.findings
    where found_by = 'valid/${table}'
)

select
    counted.*,
    causes.*,
    outcome.left_out,
    outcome.repeated as repeated_rows,
    outcome.accepted,
    abs(outcome.accepted - counted.taken - outcome.left_out - outcome.repeated) as lost
from valid.outcomes as outcome
cross join counted
cross join causes
where outcome."file" = '${table}.csv';
