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
rows_by_code as (
    select
        code,
        count(*) as "values",
        count(distinct line) as "rows"
    from valid.findings
    where found_by = 'valid/${table}'
    group by code
),

causes as (
    select
        coalesce(sum("rows") filter (where code = 'value_too_long'), 0) as long_values,
        coalesce(sum("rows") filter (where code in ('duplicate_school', 'duplicate_class')), 0) as repeated_ids,
        coalesce(sum("rows") filter (where code = 'unknown_school'), 0) as unknown_schools,
        coalesce(sum("rows") filter (where code = 'unknown_teacher'), 0) as unknown_teachers,
        coalesce(sum("rows") filter (where code = 'unknown_class'), 0) as unknown_classes,
        coalesce(sum("rows") filter (where code = 'unknown_user'), 0) as unknown_users,
        coalesce(sum("rows") filter (where code = 'school_mismatch'), 0) as mismatches,
        coalesce(sum("values") filter (where code = 'invalid_email'), 0) as invalid_emails,
        coalesce(sum("values") filter (where code = 'invalid_phone'), 0) as invalid_phones,
        coalesce(sum("values") filter (where code in ('invalid_dob', 'ambiguous_dob')), 0) as invalid_dobs,
        coalesce(sum("values") filter (where code = 'invalid_grade'), 0) as invalid_grades
    from rows_by_code
),

emails as (
    select count(distinct line) as no_email
    from valid.findings
    where
        found_by = 'valid/${table}'
        and "column" = 'teacher_email'
        and code in ('missing_value', 'value_too_long', 'invalid_email')
)

select
    counted.*,
    causes.*,
    emails.no_email,
    outcome.left_out,
    outcome.repeated as repeated_rows,
    outcome.accepted,
    abs(outcome.accepted - counted.taken - outcome.left_out - outcome.repeated) as lost
from valid.outcomes as outcome
cross join counted
cross join causes
cross join emails
where outcome."file" = '${table}.csv';
