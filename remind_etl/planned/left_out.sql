-- Rows that were left out: what stands in them is not absent.
-- Inputs: raw.rejects, raw.inner_cells, raw.teachers, raw.students, raw.classes, valid.left_out, platform_accounts,
-- platform_classes.

-- One row a cell of a row that was left out, by file and line: the ids in it; all cells of one that could not be read,
-- and the names in one without an id. Where a value over several lines brings several ids, or one in two lines, into one
-- record, rows of all of them may stand in it.
create or replace temp table left_out as
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
    s."file",
    s.line,
    s.cell
from (
    select
        "file",
        line,
        unnest(cells) as cell
    from raw.inner_cells
    where "column" is not null
) as s
semi join (
    select
        'teachers.csv' as "file",
        teacher_id as id
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
) as d on s."file" = d."file" and s.cell = d.id
qualify count(*) over (partition by s."file", s.line) > 1;
