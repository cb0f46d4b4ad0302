-- The rows to mend, by school, file and code, in the file's order. Key: file, code, line.
-- Inputs: report_faults, report_records.

select
    fault.school_id,
    fault."file",
    fault.code,
    [fault.line::varchar, fault.code, fault."column", fault.message, fault.remedy] || coalesce(record.cells, []) as cells
from report_faults as fault
left join report_records as record on fault."file" = record."file" and fault.line = record.line
order by fault.school_id, fault."file", fault.code, fault.line;
