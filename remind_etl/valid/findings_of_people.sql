-- What is wrong between the rows of people: rows that repeat others, rows that disagree with others of the same person.
-- Grain: one row a line and code. Key: code, line.
-- Inputs: valid_steps.${table}_repeated, valid_steps.${table}_differing. Outputs: valid.findings.

insert into valid.findings by name
select
    'valid/${table}' as found_by,
    'duplicate_row' as code,
    '${table}.csv' as "file",
    line,
    '${record}' as record_type,
    record_id,
    school_id
from valid_steps.${table}_repeated;

insert into valid.findings by name
select
    'valid/${table}' as found_by,
    'conflicting_rows' as code,
    '${table}.csv' as "file",
    line,
    '${record}' as record_type,
    record_id,
    school_id,
    array_to_string(list_sort(list_distinct(flatten(list("columns") over (partition by record_id)))), ', ') as detail
from valid_steps.${table}_differing
where len("columns") > 0;
