-- What is wrong between the rows of people: rows that repeat others, rows that disagree with others of the same person.
-- Key: code, line. Inputs: repeated, differing.

insert into valid.findings by name
select
    $found_by as found_by,
    'duplicate_row' as code,
    $file as "file",
    line,
    $record as record_type,
    record_id,
    school_id
from repeated;

insert into valid.findings by name
select
    $found_by as found_by,
    'conflicting_rows' as code,
    $file as "file",
    line,
    $record as record_type,
    record_id,
    school_id,
    array_to_string(list_sort(list_distinct(flatten(list("columns") over (partition by record_id)))), ', ') as detail
from differing
where len("columns") > 0;
