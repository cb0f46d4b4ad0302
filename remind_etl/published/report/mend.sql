-- The rows of the report, by school, file and code, in the file's order, and rows that belong together one after the other.
-- Key: school_id, file, code, line. Inputs: report_rows, report_records.

select
    listed.school_id,
    listed."file",
    listed.code,
    [listed.line::varchar, listed.code, listed."column", listed.message, listed.remedy]
    || coalesce(record.cells, []) as cells
from report_rows as listed
left join report_records as record on listed."file" = record."file" and listed.line = record.line
order by listed.school_id, listed."file", listed.code, listed.beside, listed.line;
