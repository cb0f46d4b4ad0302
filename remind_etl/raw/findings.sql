-- Adds the rejected records of a file to the findings, and those of which a column of ours goes over
-- several lines, and those that were read in another way than their file.
-- Grain: one row a line and code. Key: line, code. Inputs: raw.rejects, raw.inner_cells, raw.repairs.
-- Outputs: valid.findings.

insert into valid.findings by name
select
    $found_by as found_by,
    reject.code,
    reject."file",
    reject.line,
    reject.detail,
    $record as record_type
from raw.rejects as reject
where reject."file" = $file;

insert into valid.findings by name
select
    $found_by as found_by,
    'line_break_in_value' as code,
    inner_cell."file",
    inner_cell.line,
    inner_cell."column",
    $record as record_type,
    inner_cell.school_id
from raw.inner_cells as inner_cell
where inner_cell."file" = $file and inner_cell."column" is not null;

insert into valid.findings by name
select
    $found_by as found_by,
    repair.code,
    repair."file",
    repair.line,
    repair.detail,
    $record as record_type,
    repair.record_id,
    repair.school_id
from raw.repairs as repair
where repair."file" = $file;
