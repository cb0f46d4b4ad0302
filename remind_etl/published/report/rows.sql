-- The rows that need mending, on their way to the files of the report. Inputs: valid.findings, valid.catalogue,
-- valid.remedies, raw.schools, raw.rejects, landed.files.

-- One row a code and line of a file with an error or alert: the school it belongs to, if schools.csv has it, what it has in
-- common with the rows that it disagrees with, the columns concerned, what is wrong and what to do. The header is no row.
-- Key: file, line, code.
create or replace temp table report_faults as
with known_schools as (
    select distinct school_id
    from raw.schools
),

faults_of_lines as (
    select
        finding."file",
        finding.line,
        finding.code,
        if(finding."column" = 'guardian_email', finding."value", finding.record_id) as common,
        kind.severity,
        school.school_id,
        finding."column",
        valid.filled(
            kind.message, coalesce(finding.detail, ''), coalesce(finding."column", 'A value'), finding."file"
        ) as message,
        valid.filled(
            coalesce(remedy.fix, kind.fix),
            coalesce(finding.detail, ''),
            coalesce(finding."column", 'the value'),
            finding."file"
        ) as remedy
    from valid.findings as finding
    inner join valid.catalogue as kind on finding.code = kind.code
    left join valid.remedies as remedy on finding.remedy = remedy."name"
    left join raw.rejects as reject
        on finding."file" = reject."file" and finding.line = reject.line and finding.code = reject.code
    left join known_schools as school on coalesce(finding.school_id, reject.school_id) = school.school_id
    where kind.severity in ('error', 'alert') and finding.line > 1
)

select
    "file",
    line,
    code,
    severity,
    max(common) as common,
    max(school_id) as school_id,
    array_to_string(list_sort(list_distinct(list("column"))), ', ') as "column",
    array_to_string(list_sort(list_distinct(list(message))), ' ') as message,
    array_to_string(list_sort(list_distinct(list(remedy))), ' ') as remedy
from faults_of_lines
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
where file_name in (select fault."file" from report_faults as fault);
