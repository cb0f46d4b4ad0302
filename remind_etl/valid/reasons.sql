-- Records that are left out without a problem of their own, because their school was.
-- Grain: one row a line. Key: file, line. Inputs: valid_steps.${table}_judged. Outputs: reasons.

insert into reasons by name
select
    'valid/${table}' as found_by,
    '${record}' as kind,
    ids[2] as id,
    'waits_with_school' as reason_code,
    '${table}.csv' as "file",
    line,
    school_id
from valid_steps.${table}_judged
where waits and len(errors) = 0;
