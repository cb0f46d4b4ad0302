-- What the accepted cells are like: their bytes without quotes, bytes of the longest, whether one has a quote,
-- whether one of the contract's begins with a blank (or a control character, which is as rare) or ends with one, or has the
-- mark of a text that is no formula, and how many records have no value in any cell, or only one in `${first}` that has a
-- delimiter within it.
-- The table of cells as sent is $sent; $has_other_blanks tells whether cells may have other blanks than spaces.
-- Grain: one row. Inputs: none. Outputs: none.

with by_column as (
    select
        sum(if(contains(columns(*), '"'), strlen(replace(columns(*), '"', '')), strlen(columns(*)))) as 'size_\0',
        max(strlen(columns(*))) as 'longest_\0',
        bool_or(contains(columns(*), '"')) as 'quoted_\0',
        bool_or(
            columns(* exclude extra) < '!'
            or ends_with(columns(* exclude extra), ' ')
            or valid.has_mark(columns(* exclude extra))
            or (
                $has_other_blanks
                and (
                    starts_with(columns(* exclude extra), chr(160))
                    or ends_with(columns(* exclude extra), chr(160))
                    or ends_with(columns(* exclude extra), e'\t')
                    or ends_with(columns(* exclude extra), e'\r')
                    or ends_with(columns(* exclude extra), e'\n')
                )
            )
        ) as 'untidy_\0'
    from query_table($sent)
),

blank as (
    select count(*) as records
    from query_table($sent)
    where nullif(trim(columns(*), e' \t\r\n' || chr(160)), '') is null
),

lone as (
    select count(*) as records
    from query_table($sent)
    where
        (
            contains(${first}, ',')
            or contains(${first}, ';')
            or contains(${first}, '|')
            or contains(trim(${first}, e' \t\r\n' || chr(160)), e'\t')
        )
        and nullif(trim(columns(* exclude (${first})), e' \t\r\n' || chr(160)), '') is null
)

select
    coalesce(list_sum([*columns('size_.*')]), 0)::bigint as size,
    coalesce(greatest(*columns('longest_.*')), 0) as longest,
    coalesce(greatest(*columns('quoted_.*')), false) as have_quotes,
    coalesce(greatest(*columns('untidy_.*')), false) as are_untidy,
    (select records from blank) + (select records from lone) as doubtful_records
from by_column;
