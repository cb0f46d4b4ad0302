-- Adds the rejected records of a file to valid.findings, one row each, and those of which a column of ours goes over
-- several lines, and those that were read in another way than their file. Key: line.
-- Inputs: raw.rejects, raw.inner_cells, raw.repairs.

insert into valid.findings by name
select
    $found_by as found_by,
    r.code,
    r."file",
    r.line,
    r.detail,
    $record as record_type
from raw.rejects as r
where r."file" = $file;

insert into valid.findings by name
select
    $found_by as found_by,
    'line_break_in_value' as code,
    i."file",
    i.line,
    i."column",
    $record as record_type
from raw.inner_cells as i
where i."file" = $file and i."column" is not null;

insert into valid.findings by name
select
    $found_by as found_by,
    r.code,
    r."file",
    r.line,
    r.detail,
    $record as record_type,
    r.record_id,
    r.school_id
from raw.repairs as r
where r."file" = $file;
