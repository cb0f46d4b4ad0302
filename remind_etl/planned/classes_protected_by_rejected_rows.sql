-- A class stays if its id stands in a row that was left out. If no delivered id stands in the row, each class stays that
-- has the name and school in it, and each class that has all of the schools, names and teachers in it.
-- Grain: one row a change and reason. Key: change_id, reason_code.
-- Inputs: planned.class_changes, planned_steps.left_out_cells, planned_steps.left_out_tokens, valid.left_out,
-- platform_classes, raw.classes.
-- Outputs: planned_steps.protected_changes.

insert into planned_steps.protected_changes
with removals as (
    select *
    from planned.class_changes
    where "action" = 'remove'
),

cells as (
    select
        line,
        cell
    from planned_steps.left_out_cells
    where "file" = 'classes.csv'
),

named as (
    select
        token.line,
        class.class_id
    from planned_steps.left_out_tokens as token
    inner join platform_classes as class on token.cell = class.class_id
    where token."file" = 'classes.csv'
),

known_classes as (
    select class_id
    from platform_classes
    union
    select class_id
    from raw.classes
),

lines_with_id as (
    from cells
    semi join known_classes as class on cells.cell = class.class_id
),

unnamed as (
    select cell.*
    from cells as cell
    anti join lines_with_id using (line)
    where cell.cell != ''
),

by_school_and_name as (
    select
        removal.change_id,
        class_name.line
    from unnamed as class_name
    inner join removals as removal on class_name.cell = removal.old_class_name
    semi join unnamed as school on class_name.line = school.line and removal.old_school_id = school.cell
),

cells_of_classes as (
    select
        change_id,
        unnest([old_school_id, old_class_name, old_owner_teacher_id]) as cell
    from removals
),

unnamed_lines as (
    select
        line,
        count(*) as cells
    from unnamed
    group by line
),

by_all_cells as (
    select
        class.change_id,
        line.line
    from cells_of_classes as class
    inner join unnamed as row_cell on class.cell = row_cell.cell
    inner join unnamed_lines as line on row_cell.line = line.line
    group by class.change_id, line.line, line.cells
    having count(distinct row_cell.cell) = line.cells
),

by_id as (
    select
        removal.change_id,
        row_without_teacher.cell is not null as is_without_teacher,
        min(named.line) as line
    from removals as removal
    inner join named on removal.class_id = named.class_id
    left join valid.left_out as row_without_teacher
        on row_without_teacher.found_by = 'provisioned/rosters' and removal.class_id = row_without_teacher.cell
    group by all
)

select
    change_id,
    'classes_protected_by_rejected_rows' as rule,
    if(is_without_teacher, 'class_without_teacher', 'class_row_rejected') as reason_code,
    'classes.csv' as "file",
    line
from by_id
union all
select
    change_id,
    'classes_protected_by_rejected_rows',
    'class_row_rejected',
    'classes.csv',
    min(line)
from (
    from by_school_and_name
    union all
    from by_all_cells
)
group by change_id;
