-- Records that are left out without a problem of their own, because their school was.
-- Grain: one row a line. Key: file, line. Inputs: judged, $found_by, $record, $file. Outputs: reasons.

insert into reasons by name
select
    $found_by as found_by,
    $record as kind,
    ids[2] as id,
    'waits_with_school' as reason_code,
    $file as "file",
    line,
    school_id
from judged
where waits and len(errors) = 0;
