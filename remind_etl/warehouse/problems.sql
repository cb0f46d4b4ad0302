-- Everything that is wrong with the drop, by problem and by group of like problems.
-- Inputs: valid.findings, valid.catalogue, raw.files.

-- A text of the catalogue with the names of a file and a column and a detail in the places that it has for them.
create macro valid.filled(template, detail, col, file_name) as
replace(replace(replace(template, '{detail}', detail), '{column}', col), '{file}', file_name);

-- What a value looks like, without giving it away: a letter is A, letters are AAA, a digit is 9, digits are 999, and what
-- cannot be seen is ␣. So one mistake has one shape, however long the values are.
create macro valid.shape(val) as
regexp_replace(
    regexp_replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(left(val, 1000), '[\pL\pM]', 'A', 'g'),
                    '\pN', '9', 'g'
                ),
                '[^A9 \pP\pS]', '␣', 'g'
            ),
            'A{2,}', 'AAA', 'g'
        ),
        '9{2,}', '999', 'g'
    ),
    '^(.{39}).{2,}$', '\1…', 's'
);

-- One row a record and cause: what its first line says, its rows and the first five of its lines. A fault of a row that
-- names no record stands for itself, and so does each of a file as a whole. The header is no row. Key: none.
create view valid.causes as
select
    code,
    "file",
    "column",
    record_type,
    record_id,
    min(line) as line,
    arg_min("value", coalesce(line, 0)) as "value",
    arg_min(school_id, coalesce(line, 0)) as school_id,
    arg_min(detail, coalesce(line, 0)) as detail,
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
    k.severity,
    c.code,
    c."file",
    c.line,
    c."column",
    c."value",
    c.record_type,
    c.record_id,
    c.school_id,
    c."rows",
    valid.filled(
        k.message, coalesce(c.detail, ''), coalesce(c."column", 'A value'), coalesce(c."file", 'A file')
    ) as message,
    valid.filled(
        k.fix, coalesce(c.detail, ''), coalesce(c."column", 'the value'), coalesce(c."file", 'the file')
    ) as fix
from valid.causes as c
inner join valid.catalogue as k on c.code = k.code;

-- One row a code, file, column and shape of the value: what many problems have in common. Its share is of the file's
-- records; a message that has room for a detail gives up to three. Key: code, file, column, shape.
create view valid.problem_groups as
with alike as (
    select
        code,
        "file",
        "column",
        valid.shape("value") as shape,
        count(*) as problems,
        sum("rows")::bigint as "rows",
        list_distinct(flatten(list(lines))) as lines,
        list_sort(list_distinct(list(detail))) as details
    from valid.causes
    group by all
)

select
    k.severity,
    a.code,
    a."file",
    a."column",
    a.shape,
    a.problems,
    a."rows",
    a."rows" / nullif(f.records, 0) as "share",
    list_sort(a.lines)[:5] as lines,
    valid.filled(
        k.message,
        array_to_string(a.details[:3], '; ') || case when len(a.details) > 3 then '; …' else '' end,
        coalesce(a."column", 'A value'),
        coalesce(a."file", 'A file')
    ) as message,
    valid.filled(k.fix, '', coalesce(a."column", 'the value'), coalesce(a."file", 'the file')) as fix
from alike as a
inner join valid.catalogue as k on a.code = k.code
left join raw.files as f on a."file" = f."file";
