-- What stands in rejected rows as tokens, however such a row is cut into cells.
-- Inputs: valid.left_out, raw.reject_tokens, raw.schools, raw.teachers, raw.students, raw.classes, raw.enrollments,
-- platform_accounts, platform_classes, planned_steps.left_out_cells, planned_steps.delivered_schools.
-- Outputs: planned_steps.rejected_tokens, planned_steps.left_out_tokens.

-- Grain: one row a token. Key: file, line, cell.
create table planned_steps.rejected_tokens as
with left_out_lines as (
    select distinct
        "file",
        line
    from valid.left_out
),

cells_of_records as (
    select
        'schools.csv' as "file",
        line,
        list_value(*columns(* exclude (line, error_for_id))) as cells
    from raw.schools
    union all
    select
        'teachers.csv',
        line,
        list_value(*columns(* exclude (line, error_for_id)))
    from raw.teachers
    union all
    select
        'students.csv',
        line,
        list_value(*columns(* exclude (line, error_for_id)))
    from raw.students
    union all
    select
        'classes.csv',
        line,
        list_value(*columns(* exclude (line, error_for_id)))
    from raw.classes
    union all
    select
        'enrollments.csv',
        line,
        list_value(*columns(* exclude (line, error_for_id)))
    from raw.enrollments
)

select
    "file",
    line,
    unnest(valid.tokens(cells)) as cell
from cells_of_records
semi join left_out_lines using ("file", line)
union
from raw.reject_tokens;

-- The delivered ids among the tokens. A cell that names a delivered id is here too, and so is a delivered id of which a row has
-- another spelling. The names of a row stand in left_out_cells only.
-- Grain: one row a token. Key: file, line, cell.
create table planned_steps.left_out_tokens as
with delivered_ids as (
    select teacher_id as cell
    from platform_accounts
    union
    select student_id
    from platform_accounts
    union
    select class_id
    from platform_classes
    union
    select school_id
    from planned_steps.delivered_schools
),

respelled_cells as (
    select
        "file",
        line,
        valid.bare(cell) as bare
    from valid.left_out
    where cell is not null and cell not in (from delivered_ids where cell is not null)
),

bare_ids as (
    select
        cell,
        valid.bare(cell) as bare
    from delivered_ids
)

from planned_steps.left_out_cells
union
from planned_steps.rejected_tokens
semi join delivered_ids using (cell)
union
select
    respelled."file",
    respelled.line,
    delivered.cell
from respelled_cells as respelled
inner join bare_ids as delivered using (bare)
where bare != '';
