-- What many problems have in common, as groups. The shape is that of most values, with as many digits as they have. Untidy
-- headers of a file are one group. The share is that of the records of the file. A message that has room for a detail gives
-- up to three: what was found first stands before what follows from it.
-- Grain: one row a code, file, column and remedy; without a remedy of its own, also a shape of the value.
-- Key: code, file, column, remedy, shape.
-- Inputs: valid.causes, valid.catalogue, valid.remedies, raw.files. Outputs: valid.problem_groups.

create view valid.problem_groups as
with shaped_causes as (
    select
        *,
        valid.shape("value") as shape,
        valid.shown_shape("value") as shown_shape,
        code in ('header_spelling', 'extra_column') as is_of_header
    from valid.causes
),

groups_of_causes as (
    select
        code,
        "file",
        remedy,
        nullif(
            array_to_string(list_sort(list_distinct(list("column")))[:3], ', ')
            || case when count(distinct "column") > 3 then ', …' else '' end, ''
        ) as "column",
        mode(shown_shape) as shape,
        count(*) as problems,
        sum("rows")::bigint as "rows",
        list_distinct(flatten(list(lines))) as lines,
        list_sort(list_distinct(list([found_by, detail]) filter (where detail is not null))) as details
    from shaped_causes
    group by
        code,
        "file",
        remedy,
        case when not is_of_header then "column" end,
        case when not is_of_header and remedy is null then shape end
)

select
    kind.severity,
    alike.code,
    alike."file",
    alike."column",
    alike.shape,
    alike.problems,
    alike."rows",
    alike."rows" / nullif(read_file.records, 0) as "share",
    list_sort(alike.lines)[:5] as lines,
    valid.filled(
        kind.message,
        coalesce(array_to_string(list_transform(alike.details[:3], lambda detail: detail[2]), '; '), '')
        || case when len(alike.details) > 3 then '; …' else '' end,
        coalesce(alike."column", 'A value'),
        coalesce(alike."file", 'A file')
    ) as message,
    valid.filled(
        coalesce(remedy.fix, kind.fix), '', coalesce(alike."column", 'the value'), coalesce(alike."file", 'the file')
    ) as fix
from groups_of_causes as alike
inner join valid.catalogue as kind on alike.code = kind.code
left join valid.remedies as remedy on alike.remedy = remedy."name"
left join raw.files as read_file on alike."file" = read_file."file";
