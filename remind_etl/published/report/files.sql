-- What became of the rows of each file that was sent: accepted + rejected + blank = records, and of the accepted ones
-- `used` are taken, and `waiting` have no error themselves but refer to a row that has. Nothing of a file that could not
-- be read. Key: file. Inputs: landed.files, raw.files, valid.<file>, valid.left_out, valid.findings, valid.catalogue.

with used_rows as (
    select
        'schools.csv' as "file",
        count(*) as "rows"
    from valid.schools
    union all
    select
        'teachers.csv',
        count(*)
    from valid.teachers
    union all
    select
        'students.csv',
        count(*)
    from valid.students
    union all
    select
        'classes.csv',
        count(*)
    from valid.classes
    union all
    select
        'enrollments.csv',
        count(*)
    from valid.enrollments
),

rows_with_error as (
    select
        finding."file",
        finding.line
    from valid.findings as finding
    inner join valid.catalogue as kind on finding.code = kind.code and kind.severity = 'error'
),

waiting_rows as (
    select
        left_out_row."file",
        count(distinct left_out_row.line) as "rows"
    from valid.left_out as left_out_row
    anti join rows_with_error as erroneous
        on left_out_row."file" = erroneous."file" and left_out_row.line = erroneous.line
    group by left_out_row."file"
)

select
    landed_file.file_name as "file",
    read_file.records,
    read_file.accepted,
    read_file.rejected,
    read_file.blank,
    used."rows" as used,
    if(read_file."file" is not null, coalesce(waiting."rows", 0), null) as waiting
from landed.files as landed_file
left join raw.files as read_file on landed_file.file_name = read_file."file"
left join used_rows as used on read_file."file" = used."file"
left join waiting_rows as waiting on read_file."file" = waiting."file"
order by list_position(['schools', 'teachers', 'students', 'classes', 'enrollments'], landed_file."name");
