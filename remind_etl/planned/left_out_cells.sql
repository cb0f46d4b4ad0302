-- What stands in the rows that were left out. It is not absent.
-- A row has its ids here. A row that could not be read has all cells, and a row without an id has its names.
-- A value over several lines may have swallowed rows: if it brings two delivered ids into one record, both are here.
-- Grain: one row a cell. Key: file, line, cell.
-- Inputs: valid.left_out, raw.rejects, raw.teachers, raw.students, raw.classes, raw.inner_cells, platform_accounts,
-- platform_classes. Outputs: planned_steps.left_out_cells.

create table planned_steps.left_out_cells as
with delivered_ids as (
    select
        'teachers.csv' as "file",
        teacher_id as cell
    from platform_accounts
    union all
    select
        'students.csv',
        student_id
    from platform_accounts
    union all
    select
        'classes.csv',
        class_id
    from platform_classes
),

inner_cells as (
    select
        "file",
        line,
        unnest(cells) as cell
    from raw.inner_cells
    where "column" is not null
)

select
    "file",
    line,
    cell
from valid.left_out
where cell is not null
union
select
    "file",
    line,
    trim(unnest(cells), e' \t\r\n' || chr(160))
from raw.rejects
union
select
    'teachers.csv',
    line,
    unnest([teacher_first_name, teacher_last_name])
from raw.teachers
where teacher_id is null
union
select
    'students.csv',
    line,
    unnest([student_first_name, student_last_name])
from raw.students
where student_id is null
union
select
    'classes.csv',
    line,
    class_name
from raw.classes
where class_id is null
union
select
    swallowed."file",
    swallowed.line,
    swallowed.cell
from inner_cells as swallowed
semi join delivered_ids using ("file", cell)
qualify count(*) over (partition by swallowed."file", swallowed.line) > 1;
