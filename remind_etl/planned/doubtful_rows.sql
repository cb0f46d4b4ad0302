-- The row of a file that may be cut in a cell. Without the line end of the earlier file, it is the last row: `P12` is then read
-- as `P1`. If a file ends as the earlier file, it is the row on the joint line: half of it may be new, and half of it old. The
-- last cell of a file without a line end may also look cut by itself.
-- Grain: one row a file. Key: file. A rejected row is here too, without the ids of person and class.
-- Inputs: planned_steps.cut_files, planned_steps.cut_ids, raw.teachers, raw.students, raw.classes, raw.enrollments, raw.rejects.
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
),

doubtful_files as (
    select
        "file",
        reason_code,
        joint_line
    from planned_steps.cut_files
    where reason_code = 'file_lacks_line_end' or joint_line is not null
    union all
    select
        "file",
        'last_cell_may_be_cut',
        null
    from planned_steps.cut_ids
    anti join planned_steps.cut_files using ("file")
)

select
    doubtful."file",
    doubtful.reason_code,
    lines.person_id,
    lines.class_id
from doubtful_files as doubtful
inner join lines on doubtful."file" = lines."file"
where doubtful.joint_line is null or lines.line <= doubtful.joint_line
qualify row_number() over (partition by doubtful."file" order by lines.line desc) = 1;
