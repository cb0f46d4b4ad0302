-- The cells of classes.csv and enrollments.csv that may name a teacher, student or class, with the tokens of rows that were
-- left out, however such a row is cut. Rows of an ignored school name nobody.
-- Grain: one row a cell. Key: none.
-- Inputs: raw.classes, raw.enrollments, raw.rejects, raw.reject_tokens, planned_steps.left_out_tokens, mapped.schools.
-- Outputs: planned_steps.naming_cells.

create table planned_steps.naming_cells as
with ignored_schools as (
    select school_id
    from mapped.schools
    where link = 'ignored'
),

ignored_lines as (
    select
        'enrollments.csv' as "file",
        enrollment.line
    from raw.enrollments as enrollment
    semi join ignored_schools as ignored on enrollment.school_id = ignored.school_id
    union all
    select
        'classes.csv',
        class.line
    from raw.classes as class
    semi join ignored_schools as ignored on class.school_id = ignored.school_id
    union all
    select
        rejected."file",
        rejected.line
    from raw.rejects as rejected
    semi join ignored_schools as ignored on rejected.school_id = ignored.school_id
),

named_by_left_out_rows as (
    select token.*
    from (
        from raw.reject_tokens
        union
        from planned_steps.left_out_tokens
    ) as token
    anti join ignored_lines as ignored on token."file" = ignored."file" and token.line = ignored.line
    where token."file" in ('classes.csv', 'enrollments.csv')
)

select
    'enrollments.csv' as "file",
    enrollment.line,
    unnest([enrollment.user_id, enrollment.class_id]) as cell
from raw.enrollments as enrollment
anti join ignored_schools as ignored on enrollment.school_id = ignored.school_id
union all
select
    'classes.csv',
    class.line,
    class.teacher_id
from raw.classes as class
anti join ignored_schools as ignored on class.school_id = ignored.school_id
union all
from named_by_left_out_rows;
