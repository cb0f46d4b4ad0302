-- The row of a file that may be cut in a cell. Without the line end of the earlier file, it is the last row: `P12` is then read
-- as `P1`. If a file ends as the earlier file, it is the row on the joint line: half of it may be new, and half of it old.
-- Grain: one row a file. Key: file. A rejected row is here too.
-- Inputs: planned_steps.cut_files, raw.teachers, raw.students, raw.classes, raw.enrollments, raw.rejects.
-- Outputs: planned_steps.doubtful_rows.

create table planned_steps.doubtful_rows as
with lines as (
    select
        'teachers.csv' as "file",
        line
    from raw.teachers
    union all
    select
        'students.csv',
        line
    from raw.students
    union all
    select
        'classes.csv',
        line
    from raw.classes
    union all
    select
        'enrollments.csv',
        line
    from raw.enrollments
    union all
    select
        "file",
        line
    from raw.rejects
)

select
    cut."file",
    cut.reason_code,
    max(lines.line) as line
from planned_steps.cut_files as cut
inner join lines on cut."file" = lines."file"
where cut.reason_code = 'file_lacks_line_end' or lines.line <= cut.joint_line
group by cut."file", cut.reason_code;
