-- Everything that is wrong with the drop, by record and cause.
-- Grain: one row a record and cause. Key: none. Inputs: valid.findings, valid.catalogue, valid.remedies, raw.files.
-- Outputs: valid.causes, valid.problems.

-- One row a record and cause: what its first line says, its rows and the first five of its lines. A fault of a row that
-- names no record stands for itself, and so does each of a file as a whole. The header is no row. A fault of a last row without
-- a line end has the remedy of a file that may be cut off. Key: none.
create view valid.causes as
select
    finding.code,
    finding."file",
    finding."column",
    finding.record_type,
    finding.record_id,
    min(finding.found_by) as found_by,
    min(finding.line) as line,
    arg_min(finding."value", coalesce(finding.line, 0)) as "value",
    arg_min(finding.school_id, coalesce(finding.line, 0)) as school_id,
    arg_min(finding.detail, coalesce(finding.line, 0)) as detail,
    arg_min(
        coalesce(finding.remedy, case when finding.line = read_file.unended_line then 'unended_row' end),
        coalesce(finding.line, 0)
    ) as remedy,
    count(distinct finding.line) filter (where finding.line > 1) as "rows",
    min(finding.line, 5) as lines
from valid.findings as finding
left join raw.files as read_file on finding."file" = read_file."file"
group by
    finding.code,
    finding."file",
    finding."column",
    finding.record_type,
    finding.record_id,
    case when finding.record_id is null then finding.line end,
    case when finding.record_id is null and finding.line is null then finding.detail end;

-- One row a record and cause, with what it means and what to do. Key: none.
create view valid.problems as
select
    kind.severity,
    cause.code,
    cause."file",
    cause.line,
    cause."column",
    cause."value",
    cause.record_type,
    cause.record_id,
    cause.school_id,
    cause."rows",
    valid.filled(
        kind.message, coalesce(cause.detail, ''), coalesce(cause."column", 'A value'), coalesce(cause."file", 'A file')
    ) as message,
    valid.filled(
        coalesce(remedy.fix, kind.fix),
        coalesce(cause.detail, ''),
        coalesce(cause."column", 'the value'),
        coalesce(cause."file", 'the file')
    ) as fix
from valid.causes as cause
inner join valid.catalogue as kind on cause.code = kind.code
left join valid.remedies as remedy on cause.remedy = remedy."name";
