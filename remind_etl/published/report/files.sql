-- What became of the rows of each file that was sent: accepted + rejected + blank = records, and of the accepted ones
-- `used` are taken, and `waiting` have no error themselves but refer to a row that has. Nothing of a file that could not
-- be read. Key: file. Inputs: landed.files, raw.files, valid.<file>, valid.left_out, valid.findings, valid.catalogue.

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
),

waiting as (
    select
        o."file",
        count(distinct o.line) as "rows"
    from valid.left_out as o
    anti join (
        select
            f."file",
            f.line
        from valid.findings as f
        inner join valid.catalogue as k on f.code = k.code and k.severity = 'error'
    ) as e on o."file" = e."file" and o.line = e.line
    group by o."file"
)

select
    l.file_name as "file",
    r.records,
    r.accepted,
    r.rejected,
    r.blank,
    u."rows" as used,
    if(r."file" is not null, coalesce(w."rows", 0), null) as waiting
from landed.files as l
left join raw.files as r on l.file_name = r."file"
left join used as u on r."file" = u."file"
left join waiting as w on r."file" = w."file"
order by list_position(['schools', 'teachers', 'students', 'classes', 'enrollments'], l."name");
