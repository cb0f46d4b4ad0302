-- The delivered teachers, students and classes that their own file does not name, but another file of the drop does.
-- An id that is also in the file of the other role means a person of that file. An id that no file lists may be another
-- spelling of a delivered one. A person whom the own file lists under a new id is not absent: the other file is behind.
-- Grain: one row a record. Key: record_type, record_id.
-- Inputs: planned_steps.naming_cells, planned_steps.delivered_people, planned_steps.left_out_cells, raw.teachers,
-- raw.students, raw.classes, platform_classes, provisioned.account_rows. Outputs: planned_steps.named_records.

create table planned_steps.named_records as
with listed as (
    select
        'teacher' as record_type,
        teacher_id as record_id
    from raw.teachers
    union
    select
        'student',
        student_id
    from raw.students
    union
    select
        'class',
        class_id
    from raw.classes
    union
    select
        if("file" = 'classes.csv', 'class', replace("file", 's.csv', '')),
        cell
    from planned_steps.left_out_cells
    where "file" in ('teachers.csv', 'students.csv', 'classes.csv')
),

delivered as (
    select
        replace("file", 's.csv', '') as record_type,
        person_id as record_id,
        account_id
    from planned_steps.delivered_people
    union all
    select
        'class',
        class_id,
        null
    from platform_classes
    where removed_at is null
),

absent as (
    select delivered.*
    from delivered
    anti join listed using (record_type, record_id)
    anti join listed as other_role
        on
            delivered.record_id = other_role.record_id
            and delivered.record_type in ('teacher', 'student')
            and other_role.record_type in ('teacher', 'student')
    anti join provisioned.account_rows as renumbered
        on
            delivered.account_id = renumbered.account_id
            and delivered.record_id != case delivered.record_type
                when 'teacher' then renumbered.teacher_id
                when 'student' then renumbered.student_id
            end
),

unlisted_cells as (
    select
        named."file",
        named.line,
        valid.bare(named.cell) as bare
    from planned_steps.naming_cells as named
    anti join listed on named.cell = listed.record_id
),

namings as (
    from absent
    inner join planned_steps.naming_cells as named on absent.record_id = named.cell
    union all by name
    from absent
    inner join unlisted_cells as respelled on valid.bare(absent.record_id) = respelled.bare and respelled.bare != ''
)

select
    record_type,
    record_id,
    any_value(account_id) as account_id,
    max("file") as "file",
    arg_max(line, ("file", -line)) as line
from namings
where record_type = 'teacher' or "file" = 'enrollments.csv'
group by record_type, record_id;
