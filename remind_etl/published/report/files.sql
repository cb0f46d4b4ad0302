-- What became of the rows of each file that was sent: accepted + rejected + blank = records. Of the accepted ones, `waiting` have
-- no error themselves but refer to a row that has, and `used` have neither. A row whose person gets no account has an error too.
-- Nothing of a file that could not be read.
-- Key: file. Inputs: landed.files, raw.files, raw.rejects, valid.left_out, valid.findings, valid.catalogue.

with rows_with_error as (
    select distinct
        finding."file",
        finding.line
    from valid.findings as finding
    inner join valid.catalogue as kind on finding.code = kind.code and kind.severity = 'error'
    where finding.line > 1
),

erroneous_rows as (
    select
        erroneous."file",
        count(*) as "rows"
    from rows_with_error as erroneous
    anti join raw.rejects as rejected on erroneous."file" = rejected."file" and erroneous.line = rejected.line
    group by erroneous."file"
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
    read_file.accepted - coalesce(erroneous."rows", 0) - coalesce(waiting."rows", 0) as used,
    if(read_file."file" is not null, coalesce(waiting."rows", 0), null) as waiting
from landed.files as landed_file
left join raw.files as read_file on landed_file.file_name = read_file."file"
left join erroneous_rows as erroneous on read_file."file" = erroneous."file"
left join waiting_rows as waiting on read_file."file" = waiting."file"
order by list_position(['schools', 'teachers', 'students', 'classes', 'enrollments'], landed_file."name");
