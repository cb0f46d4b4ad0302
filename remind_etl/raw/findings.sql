-- Adds the rejected records of a file to valid.findings, one row each. Key: line. Input: raw.rejects.

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
