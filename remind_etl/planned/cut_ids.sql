-- The files whose last row has no line end and may be cut in its last cell: the cell is the beginning of a longer id that the
-- files or the platform have, or of a delivered email. `T12` is then read as `T1`, however the earlier file ended.
-- Grain: one row a file. Key: file.
-- Inputs: raw.files, raw.schools, raw.teachers, raw.students, raw.classes, raw.enrollments, platform_accounts, platform_classes,
-- platform_contact_points. Outputs: planned_steps.cut_ids.

create table planned_steps.cut_ids as
with cells as (
    select
        'schools.csv' as "file",
        line,
        map { 'school_id': school_id } as by_column
    from raw.schools
    union all
    select
        'teachers.csv',
        line,
        map { 'school_id': school_id, 'teacher_id': teacher_id, 'teacher_email': teacher_email }
    from raw.teachers
    union all
    select
        'students.csv',
        line,
        map {
            'school_id': school_id, 'student_id': student_id, 'student_email': student_email, 'guardian_email': guardian_email
        }
    from raw.students
    union all
    select
        'classes.csv',
        line,
        map { 'school_id': school_id, 'class_id': class_id, 'teacher_id': teacher_id }
    from raw.classes
    union all
    select
        'enrollments.csv',
        line,
        map { 'school_id': school_id, 'class_id': class_id, 'user_id': user_id }
    from raw.enrollments
),

last_cells as (
    select
        cells."file",
        if(ends_with(read_file.unended_column, 'email'), 'email', read_file.unended_column) as kind,
        lower(cells.by_column[read_file.unended_column]) as cell
    from cells
    inner join raw.files as read_file on cells."file" = read_file."file" and cells.line = read_file.unended_line
),

known as (
    select
        'school_id' as kind,
        school_id as "value"
    from raw.schools
    union all
    select
        unnest(['teacher_id', 'user_id']),
        teacher_id
    from raw.teachers
    union all
    select
        unnest(['student_id', 'user_id']),
        student_id
    from raw.students
    union all
    select
        'class_id',
        class_id
    from raw.classes
    union all
    select
        unnest(['teacher_id', 'user_id', 'student_id', 'user_id']),
        unnest([teacher_id, teacher_id, student_id, student_id])
    from platform_accounts
    where removed_at is null
    union all
    select
        'class_id',
        class_id
    from platform_classes
    where removed_at is null
    union all
    select
        'email',
        "value"
    from platform_contact_points
    where kind = 'email' and removed_at is null
)

select distinct last_cells."file"
from last_cells
inner join known on last_cells.kind = known.kind and starts_with(lower(known."value"), last_cells.cell)
where length(known."value") > length(last_cells.cell);
