-- The rejected records of a file as findings. Inputs: raw.rejects.

insert into valid.findings by name
select
    $found_by as found_by,
    code,
    "file",
    line,
    detail,
    $record as record_type
from raw.rejects
where "file" = $file;
