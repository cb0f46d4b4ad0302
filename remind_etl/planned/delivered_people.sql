-- The delivered teachers and students, by the file that should name them, and the cells of left-out rows that name none.
-- An id that another row of the file has names its person too, so that the plan is the same after this drop's delivery.
-- Grain: one row a person and file; one row a cell. Key: file, person_id; file, line, cell.
-- Inputs: platform_accounts, raw.teachers, raw.students, planned_steps.left_out_cells.
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
with known_ids as (
    select
        "file",
        person_id
    from planned_steps.delivered_people
    union
    select
        'teachers.csv',
        teacher_id
    from raw.teachers
    union
    select
        'students.csv',
        student_id
    from raw.students
),

lines_with_an_id as (
    select
        cell."file",
        cell.line
    from planned_steps.left_out_cells as cell
    inner join known_ids as known on cell."file" = known."file" and cell.cell = known.person_id
)

select cell.*
from planned_steps.left_out_cells as cell
anti join lines_with_an_id as line on cell."file" = line."file" and cell.line = line.line
where cell.cell != '' and cell."file" in ('teachers.csv', 'students.csv');
