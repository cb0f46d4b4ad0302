-- A membership stays if its enrollment was left out. Owners come from classes.csv, so enrollments.csv never protects them.
-- If the person cannot be read, each member of the class stays. If the class cannot be read, the person stays in each
-- class. If neither can be read, all members of the row's school stay, and without a school all members.
-- Grain: one row a membership. Key: change_id.
-- Inputs: planned_steps.removed_memberships, planned_steps.left_out_cells, raw.rejects, raw.students, raw.teachers,
-- raw.classes, valid.left_out, platform_accounts, platform_classes. Outputs: planned_steps.protected_changes.

insert into planned_steps.protected_changes
with cells as (
    select
        line,
        cell
    from planned_steps.left_out_cells
    where "file" = 'enrollments.csv'
),

unreadable_lines as (
    select line
    from raw.rejects
    where "file" = 'enrollments.csv'
    union
    select line
    from valid.left_out
    where "file" = 'enrollments.csv' and cell is null
),

known_people as (
    select student_id as cell
    from raw.students
    union
    select teacher_id
    from raw.teachers
    union
    select student_id
    from platform_accounts
    union
    select teacher_id
    from platform_accounts
),

known_classes as (
    select class_id as cell
    from raw.classes
    union
    select class_id
    from platform_classes
),

lines_without_person as (
    from unreadable_lines
    anti join (from cells semi join known_people using (cell)) as named using (line)
),

lines_without_class as (
    from unreadable_lines
    anti join (from cells semi join known_classes using (cell)) as named using (line)
),

lines_without_both as (
    from lines_without_person
    semi join lines_without_class using (line)
),

schools_of_lines as (
    select
        cell.line,
        cell.cell as school_id
    from cells as cell
    semi join platform_classes as class on cell.cell = class.school_id
),

memberships as (
    select
        membership.*,
        class.school_id
    from planned_steps.removed_memberships as membership
    left join platform_classes as class using (class_id)
    where membership."role" != 'owner'
),

by_class as (
    select
        membership.change_id,
        cell.line
    from memberships as membership
    inner join cells as cell on membership.class_id = cell.cell
),

by_person as (
    select
        membership.change_id,
        cell.line
    from memberships as membership
    inner join cells as cell on membership.person_id = cell.cell
),

by_school as (
    select
        membership.change_id,
        row_without_both.line
    from lines_without_both as row_without_both
    left join schools_of_lines as school using (line)
    inner join memberships as membership on coalesce(school.school_id, membership.school_id) = membership.school_id
)

select
    change_id,
    'memberships_protected_by_unreadable_enrollments' as rule,
    'enrollment_row_rejected' as reason_code,
    'enrollments.csv' as "file",
    min(line) as line
from (
    from by_class semi join by_person using (change_id, line)
    union all
    from by_class semi join lines_without_person using (line)
    union all
    from by_person semi join lines_without_class using (line)
    union all
    from by_school
)
group by change_id;
