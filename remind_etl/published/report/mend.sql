-- The rows to mend, by school, file and code, in the file's order. Key: file, code, line.
-- Inputs: report_faults, report_records.

select
    f.school_id,
    f."file",
    f.code,
    [f.line::varchar, f.code, f."column", f.message, f.remedy] || coalesce(r.cells, []) as cells
from report_faults as f
left join report_records as r on f."file" = r."file" and f.line = r.line
order by f.school_id, f."file", f.code, f.line;
