-- What is wrong with the rows that were just judged, and the ids that stand in rows that are left out: those with an
-- error, and those that wait, because what they refer to was left out. Key: none.
-- Inputs: judged (line, record_id, school_id, errors, alerts, waits, ids), raw.inner_cells.

insert into valid.findings by name
select
    $found_by as found_by,
    fault.code,
    $file as "file",
    line,
    fault."column",
    fault."value",
    fault.detail,
    $record as record_type,
    coalesce(fault.record_id, record_id) as record_id,
    school_id
from (
    select
        line,
        record_id,
        school_id,
        unnest(errors || alerts) as fault
    from judged
    where len(errors) + len(alerts) > 0
);

insert into valid.left_out
select
    $found_by as found_by,
    $file as "file",
    line,
    unnest(ids) as cell
from judged
where len(errors) > 0 or waits
union all
select
    $found_by,
    i."file",
    i.line,
    unnest(i.cells)
from raw.inner_cells as i
semi join left_out('judged') as l on i.line = l.line
where i."file" = $file;
