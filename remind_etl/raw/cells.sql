-- What the accepted cells are like: their bytes without quotes, bytes of the longest, whether one has a quote, whether one
-- of the contract's may need a trim, and how many records have no value in any cell, or only one in `${first}` that has a
-- delimiter within it. A trim is needed by a blank at the end, and by a blank or the mark of a text that is no formula at the
-- beginning. What else sorts before a bracket is as rare.
-- The table of cells as sent is $sent; $has_other_blanks tells whether cells may have other blanks than spaces.
-- Grain: one row. Inputs: none. Outputs: none.

with by_column as (
    select
        sum(if(contains(columns(*), '"'), strlen(replace(columns(*), '"', '')), strlen(columns(*)))) as 'size_\0',
        max(strlen(columns(*))) as 'longest_\0',
        bool_or(contains(columns(*), '"')) as 'quoted_\0',
        bool_or(
            columns(* exclude extra) < '('
            or ends_with(columns(* exclude extra), ' ')
            or (
                $has_other_blanks
                and (
                    starts_with(columns(* exclude extra), chr(160))
                    or right(columns(* exclude extra), 1) in (chr(160), e'\t', e'\r', e'\n')
                )
            )
        ) as 'untidy_\0'
    from query_table($sent)
),

doubtful as (
    select count(*) as records
    from query_table($sent)
    where
        (
            coalesce(trim(${first}, e' \t\r\n' || chr(160)), '') = ''
            or contains(${first}, ',')
            or contains(${first}, ';')
            or contains(${first}, '|')
            or contains(trim(${first}, e' \t\r\n' || chr(160)), e'\t')
        )
        and trim(concat(*columns(* exclude (${first}))), e' \t\r\n' || chr(160)) = ''
)

select
    coalesce(list_sum([*columns('size_.*')]), 0)::bigint as size,
    coalesce(greatest(*columns('longest_.*')), 0) as longest,
    coalesce(greatest(*columns('quoted_.*')), false) as have_quotes,
    coalesce(greatest(*columns('untidy_.*')), false) as are_untidy,
    (select records from doubtful) as doubtful_records
from by_column;
