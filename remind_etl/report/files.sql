-- What became of the rows of each file that was sent: accepted + rejected + blank = records, and of the accepted ones
-- `used` have no error. Nothing of a file that could not be read. Key: file.
-- Inputs: landed.files, raw.files, valid.<file>.

with used as (
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
)

select
    l.file_name as "file",
    r.records,
    r.accepted,
    r.rejected,
    r.blank,
    u."rows" as used
from landed.files as l
left join raw.files as r on l.file_name = r."file"
left join used as u on r."file" = u."file"
order by list_position(['schools', 'teachers', 'students', 'classes', 'enrollments'], l."name");
