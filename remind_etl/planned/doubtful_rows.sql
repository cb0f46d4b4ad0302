-- The row of a file that may be cut in a cell. Without the line end of the earlier file, it is the last row: `P12` is then read
-- as `P1`. If a file ends as the earlier file, it is the row on the joint line: half of it may be new, and half of it old.
-- Grain: one row a file. Key: file. A rejected row is here too, without the ids of person and class.
-- Inputs: planned_steps.cut_files, raw.teachers, raw.students, raw.classes, raw.enrollments, raw.rejects.
-- Outputs: planned_steps.doubtful_rows.

create table planned_steps.doubtful_rows as
with lines as (
    select
        'teachers.csv' as "file",
        line,
        teacher_id as person_id,
        null as class_id
    from raw.teachers
    union all
    select
        'students.csv',
        line,
        student_id,
        null
    from raw.students
    union all
    select
        'classes.csv',
        line,
        null,
        class_id
    from raw.classes
    union all
    select
        'enrollments.csv',
        line,
        user_id,
        class_id
    from raw.enrollments
    union all
    select
        "file",
        line,
        null,
        null
    from raw.rejects
)

select
    cut."file",
    cut.reason_code,
    lines.person_id,
    lines.class_id
from planned_steps.cut_files as cut
inner join lines on cut."file" = lines."file"
where cut.reason_code = 'file_lacks_line_end' or lines.line <= cut.joint_line
qualify row_number() over (partition by cut."file" order by lines.line desc) = 1;
