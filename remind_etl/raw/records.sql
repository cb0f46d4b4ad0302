-- The records of a CSV file as DuckDB's strict reader accepts them, one a row, with all columns of the contract: those
-- the header lacks are null; those named 'extra …' are put together in one. Columns are mapped by position, so `names`
-- is in the file's order. What it does not accept is passed over in silence: the caller must prove that there is none.
-- The table contract_columns has no rows, only the contract's columns and `extra`.
-- Grain: no table, a macro only. Inputs: none. Outputs: none.

create or replace temp macro records("path", delimiter, "names") as table
    with sent as (
        from contract_columns
        union all by name
        from read_csv(
            "path", auto_detect = false, header = true, delim = delimiter, quote = '"', escape = '"', columns = "names",
            ignore_errors = true, max_line_size = 2097152
        )
    )

    select
        columns(lambda c: not starts_with(c, 'extra')),
        concat(*columns(lambda c: starts_with(c, 'extra'))) as extra
    from sent;
