-- The rows that need mending, on their way to the files of the report. Inputs: valid.findings, valid.catalogue,
-- valid.remedies, raw.schools, raw.rejects, landed.files.

-- One row a code and line of a file with an error or alert: the school it belongs to, if schools.csv has it, the columns
-- concerned, what is wrong and what to do. The header is no row. Key: file, line, code.
create or replace temp table report_faults as
with told as (
    select
        f."file",
        f.line,
        f.code,
        k.severity,
        s.school_id,
        f."column",
        valid.filled(k.message, coalesce(f.detail, ''), coalesce(f."column", 'A value'), f."file") as message,
        valid.filled(coalesce(m.fix, k.fix), coalesce(f.detail, ''), coalesce(f."column", 'the value'), f."file") as remedy
    from valid.findings as f
    inner join valid.catalogue as k on f.code = k.code
    left join valid.remedies as m on f.remedy = m."name"
    left join raw.rejects as r on f."file" = r."file" and f.line = r.line and f.code = r.code
    left join (select distinct school_id from raw.schools) as s on coalesce(f.school_id, r.school_id) = s.school_id
    where k.severity in ('error', 'alert') and f.line > 1
)

select
    "file",
    line,
    code,
    severity,
    max(school_id) as school_id,
    array_to_string(list_sort(list_distinct(list("column"))), ', ') as "column",
    array_to_string(list_sort(list_distinct(list(message))), ' ') as message,
    array_to_string(list_sort(list_distinct(list(remedy))), ' ') as remedy
from told
group by "file", line, code, severity;

-- One row a record that needs mending, with its cells as they were sent. Key: file, line.
create or replace temp table report_records (
    "file" varchar,
    line bigint,
    cells varchar[]
);

-- One row a file of which records need mending. Key: name.
create or replace temp view report_files as
select
    "name",
    "path"
from landed.files
where file_name in (select f."file" from report_faults as f);
