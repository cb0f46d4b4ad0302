-- What is wrong with the rows that were judged, and the ids that stand in rows that are left out: those with an error, and
-- those that wait, because what they refer to was left out.
-- Grain: a finding a fault, a row of left_out a cell. Key: none. Inputs: valid_steps.${table}_judged, raw.inner_cells.
-- Outputs: valid.findings, valid.left_out.

insert into valid.findings by name
select
    'valid/${table}' as found_by,
    fault.code,
    '${table}.csv' as "file",
    line,
    fault."column",
    fault."value",
    fault.detail,
    '${record}' as record_type,
    coalesce(fault.record_id, record_id) as record_id,
    school_id
from (
    select
        line,
        record_id,
        school_id,
        unnest(errors || alerts) as fault
    from valid_steps.${table}_judged
    where len(errors) + len(alerts) > 0
);

insert into valid.left_out
select
    'valid/${table}' as found_by,
    '${table}.csv' as "file",
    line,
    unnest(ids) as cell
from valid_steps.${table}_judged
where is_left_out
union all
select
    'valid/${table}',
    inner_cell."file",
    inner_cell.line,
    unnest(inner_cell.cells)
from raw.inner_cells as inner_cell
semi join valid_steps.${table}_judged as judged on inner_cell.line = judged.line and judged.is_left_out
where inner_cell."file" = '${table}.csv';
