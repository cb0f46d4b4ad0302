-- The blocker of files in which many ids have another spelling than the delivered ones: a program changed the column, and the
-- drop must not be taken for new people.
-- Inputs: planned_steps.respelled_ids. Outputs: valid.findings.

insert into valid.findings by name
select
    'planned/changes' as found_by,
    'ids_respelled' as code,
    "file",
    min(line) as line,
    record_type || '_id' as "column",
    count(distinct old_id)::varchar as detail
from planned_steps.respelled_ids
where record_type in (select unnest($record_types::varchar[]))
group by "file", record_type;
