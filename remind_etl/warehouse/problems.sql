-- Everything that is wrong with the drop, by record and cause.
-- Grain: one row a record and cause. Key: none. Inputs: valid.findings, valid.catalogue, valid.remedies.
-- Outputs: valid.causes, valid.problems.

-- One row a record and cause: what its first line says, its rows and the first five of its lines. A fault of a row that
-- names no record stands for itself, and so does each of a file as a whole. The header is no row. Key: none.
create view valid.causes as
select
    code,
    "file",
    "column",
    record_type,
    record_id,
    min(found_by) as found_by,
    min(line) as line,
    arg_min("value", coalesce(line, 0)) as "value",
    arg_min(school_id, coalesce(line, 0)) as school_id,
    arg_min(detail, coalesce(line, 0)) as detail,
    arg_min(remedy, coalesce(line, 0)) as remedy,
    count(distinct line) filter (where line > 1) as "rows",
    min(line, 5) as lines
from valid.findings
group by
    code,
    "file",
    "column",
    record_type,
    record_id,
    case when record_id is null then line end,
    case when record_id is null and line is null then detail end;

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
