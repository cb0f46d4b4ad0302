-- Everything that is wrong with the drop, by problem and by group of like problems.
-- Inputs: valid.findings, valid.catalogue, valid.remedies, raw.files.

-- A text of the catalogue with the names of a file and a column and a detail in the places that it has for them.
create macro valid.filled(template, detail, col, file_name) as
replace(replace(replace(template, '{detail}', detail), '{column}', col), '{file}', file_name);

-- The place of a code in the catalogue: there a cause stands before what follows from it.
create macro valid.place(of_code) as (select k.place from valid.catalogue as k where k.code = of_code);

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

-- True where a value stands in curly quotes; comparing costs less than a pattern.
create macro valid.is_curly(val) as
val >= '‘' and val < '†' and length(val) > 1 and right(val, 1) in ('“', '”', '„', '‘', '’');

-- True where a value is a long number as a spreadsheet shows it.
create macro valid.is_rounded(val) as contains(val, 'E+') and regexp_full_match(val, '[0-9]([.,][0-9]+)?E[+][0-9]{2,}');

-- True where a spreadsheet shows that it has no value, or no room for it.
create macro valid.is_error_value(val) as
starts_with(val, '#') and regexp_full_match(val, '#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|#+)');

-- The id, if a spreadsheet's error does not stand for it.
create macro valid.id(val) as case when not valid.is_error_value(val) then val end;

-- True where a cell says that its row sums others up.
create macro valid.is_total(val) as regexp_full_match(val, '(?i)(grand |sub-?)?(totals?|count)\b.*');

-- What of an id cannot be lost or added by a spreadsheet, a word processor or a form: no quotes, no blanks, no zeros in
-- front, no decimals, no case.
create macro valid.bare(id) as
regexp_replace(regexp_replace(lower(id), '[\s\pZ\p{Cf}“”„‘’''"=]', '', 'g'), '^0+|\.0+$', '', 'g');

create macro valid.seen(id) as regexp_replace(id, '[\s\pZ\p{Cf}]', '', 'g');

-- The remedy for two ids that differ though they are bare the same.
create macro valid.difference(one, other) as case
    when trim(one, '“”„‘’') = trim(other, '“”„‘’') then 'curly_quotes'
    when trim(one, '''"=') = trim(other, '''"=') then 'quotes'
    when lower(one) = lower(other) then 'capitals'
    when valid.seen(one) = valid.seen(other) then 'unseen'
    when ltrim(one, '0') = ltrim(other, '0') then 'lost_zeros'
    when regexp_replace(ltrim(one, '0'), '\.0+$', '') = regexp_replace(ltrim(other, '0'), '\.0+$', '') then 'decimals'
end;

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
        coalesce(m.fix, k.fix), coalesce(c.detail, ''), coalesce(c."column", 'the value'), coalesce(c."file", 'the file')
    ) as fix
from valid.causes as c
inner join valid.catalogue as k on c.code = k.code
left join valid.remedies as m on c.remedy = m."name";

-- One row a code, file, column and remedy, or where there is none of its own, shape of the value: what many problems have
-- in common. The shape is that of most, and untidy headers of a file are one group. Its share is of the file's records; a
-- message that has room for a detail gives up to three, what was found first before what follows from it.
-- Key: code, file, column, remedy, shape.
create view valid.problem_groups as
with shaped as (
    select
        *,
        valid.shape("value") as shape,
        code in ('header_spelling', 'extra_column') as is_of_header
    from valid.causes
),

alike as (
    select
        code,
        "file",
        remedy,
        nullif(
            array_to_string(list_sort(list_distinct(list("column")))[:3], ', ')
            || case when count(distinct "column") > 3 then ', …' else '' end, ''
        ) as "column",
        mode(shape) as shape,
        count(*) as problems,
        sum("rows")::bigint as "rows",
        list_distinct(flatten(list(lines))) as lines,
        list_sort(list_distinct(list([found_by, detail]) filter (where detail is not null))) as details
    from shaped
    group by
        code,
        "file",
        remedy,
        case when not is_of_header then "column" end,
        case when not is_of_header and remedy is null then shape end
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
        coalesce(array_to_string(list_transform(a.details[:3], lambda d: d[2]), '; '), '')
        || case when len(a.details) > 3 then '; …' else '' end,
        coalesce(a."column", 'A value'),
        coalesce(a."file", 'A file')
    ) as message,
    valid.filled(
        coalesce(m.fix, k.fix), '', coalesce(a."column", 'the value'), coalesce(a."file", 'the file')
    ) as fix
from alike as a
inner join valid.catalogue as k on a.code = k.code
left join valid.remedies as m on a.remedy = m."name"
left join raw.files as f on a."file" = f."file";
