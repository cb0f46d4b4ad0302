-- The left-out rows of enrollments.csv in which an id cannot be read, and whether it is that of the person or of the class.
-- An id is one that another file or the platform has.
-- Grain: one row a line. Key: line.
-- Inputs: raw.rejects, raw.students, raw.teachers, raw.classes, valid.left_out, platform_accounts, platform_classes,
-- planned_steps.left_out_tokens. Outputs: planned_steps.unreadable_enrollments.

create table planned_steps.unreadable_enrollments as
with cells as (
    select
        line,
        cell
    from planned_steps.left_out_tokens
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

lines_with_person as (
    from cells
    semi join known_people using (cell)
),

lines_with_class as (
    from cells
    semi join known_classes using (cell)
)

select
    line,
    line not in (select named.line from lines_with_person as named) as is_without_person,
    line not in (select named.line from lines_with_class as named) as is_without_class
from unreadable_lines;
