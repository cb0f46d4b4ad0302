-- The delivered teachers and students, by the file that should name them, and the cells of left-out rows that name none.
-- Grain: one row a person and file; one row a cell. Key: file, person_id; file, line, cell.
-- Inputs: platform_accounts, planned_steps.left_out_cells.
-- Outputs: planned_steps.delivered_people, planned_steps.unnamed_cells.

create table planned_steps.delivered_people as
select
    'teachers.csv' as "file",
    teacher_id as person_id,
    account_id,
    first_name,
    last_name
from platform_accounts
where teacher_id is not null and removed_at is null
union all
select
    'students.csv',
    student_id,
    account_id,
    first_name,
    last_name
from platform_accounts
where student_id is not null and removed_at is null;

create table planned_steps.unnamed_cells as
with lines_with_an_id as (
    select
        cell."file",
        cell.line
    from planned_steps.left_out_cells as cell
    inner join planned_steps.delivered_people as person on cell."file" = person."file" and cell.cell = person.person_id
)

select cell.*
from planned_steps.left_out_cells as cell
anti join lines_with_an_id as line on cell."file" = line."file" and cell.line = line.line
where cell.cell != '' and cell."file" in ('teachers.csv', 'students.csv');
