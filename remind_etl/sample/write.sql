-- Writes the named columns of a file's rows in the order of their positions; gives the rows written.
-- inputs: the view $file; $columns, $path, $quote
-- noqa: disable=PRS
copy (
    select columns($columns)
    from query_table($file)
    order by sort_key
) to $path (format csv, header true, quote $quote);
