-- The rows of the report, by school, file and code, in the file's order, and rows that belong together one after the other.
-- `widest` is the number of cells of the longest row of the file and code, which may be longer than the header.
-- Key: school_id, file, code, line. Inputs: report_rows, report_records.

with widths as (
    select
        listed."file",
        listed.code,
        max(len(record.cells)) as widest
    from report_rows as listed
    inner join report_records as record on listed."file" = record."file" and listed.line = record.line
    group by listed."file", listed.code
)

select
    listed.school_id,
    listed."file",
    listed.code,
    coalesce(width.widest, 0) as widest,
    [listed.line::varchar, listed.code, listed."column", listed.message, listed.remedy]
    || coalesce(record.cells, []) as cells
from report_rows as listed
left join report_records as record on listed."file" = record."file" and listed.line = record.line
left join widths as width on listed."file" = width."file" and listed.code = width.code
order by listed.school_id, listed."file", listed.code, listed.beside, listed.line;
