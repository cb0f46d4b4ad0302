-- One row: how often the delimiter stands in the cells that were accepted. Input: a table of cells as sent.

with records as (
    select concat_ws('', *columns(*)) as cells
    from query_table($sent)
)

select coalesce(sum(length(cells) - length(replace(cells, $delimiter, ''))), 0)::bigint as found
from records;
