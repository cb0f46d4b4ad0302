-- A file whose last row has no line end, if its last cell may be cut: the cell is the beginning of a longer id that the files or
-- the platform have, or of a delivered email. `T12` is then read as `T1`, however the earlier file ended.
-- `${table}` is the file's name without `.csv`, `${column}` the column of its last cell.
-- Grain: one row a file. Key: file.
-- Inputs: raw.files, raw.${table}, raw.schools, raw.teachers, raw.students, raw.classes, platform_accounts, platform_classes,
-- platform_contact_points. Outputs: planned_steps.cut_ids.

insert into planned_steps.cut_ids
with last_cell as (
    select
        read_file."file",
        lower(sent.${column}) as cell
    from raw.${table} as sent
    inner join raw.files as read_file on sent.line = read_file.unended_line
    where read_file."file" = '${table}.csv'
),

known as (
    select school_id as "value"
    from raw.schools
    where '${column}' = 'school_id'
    union all
    select teacher_id
    from raw.teachers
    where '${column}' in ('teacher_id', 'user_id')
    union all
    select student_id
    from raw.students
    where '${column}' in ('student_id', 'user_id')
    union all
    select class_id
    from raw.classes
    where '${column}' = 'class_id'
    union all
    select teacher_id
    from platform_accounts
    where removed_at is null and '${column}' in ('teacher_id', 'user_id')
    union all
    select student_id
    from platform_accounts
    where removed_at is null and '${column}' in ('student_id', 'user_id')
    union all
    select class_id
    from platform_classes
    where removed_at is null and '${column}' = 'class_id'
    union all
    select "value"
    from platform_contact_points
    where removed_at is null and kind = 'email' and '${column}' like '%_email'
)

select distinct last_cell."file"
from last_cell
inner join known on starts_with(lower(known."value"), last_cell.cell) and length(known."value") > length(last_cell.cell);
