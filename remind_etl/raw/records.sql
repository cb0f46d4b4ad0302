-- The records of a CSV file as DuckDB's strict reader accepts them, one a row, with all columns of the contract: those
-- the header lacks are null, and those named 'extra …' are left out. Columns are mapped by position, so `names` is in
-- the file's order. What is rejected stands in reject_errors, which would else gather over a connection.
-- Key: none. Input: contract_columns (a table without rows).

create or replace temp macro records("path", delimiter, "names") as table
    with sent as (
        from contract_columns
        union all by name
        from read_csv(
            "path", auto_detect = false, header = true, delim = delimiter, quote = '"', escape = '"', columns = "names",
            store_rejects = true, rejects_limit = 0, max_line_size = 2097152
        )
    )

    select columns(lambda c: not starts_with(c, 'extra '))
    from sent;

drop table if exists reject_errors;

drop table if exists reject_scans;
