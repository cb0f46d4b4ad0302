-- One upload file as a table: the accepted records, in file order, every column text.
-- `${table}` is the file's name without `.csv`, `${id_column}` the column of the id that a row is about (schema/upload.py).
-- The file is read by the macro of records.sql.
-- Grain: one row a record. Key: line. Inputs: raw.gaps. Outputs: raw.${table}_sent, raw.${table}.

create or replace table raw.${table}_sent as
from records($path, $delimiter, $names);

-- Blanks at the ends of cells are trimmed, and blank cells become null. The mark that our own CSV files put before a cell
-- that is no formula is taken off. This runs only for a file with such cells.
create or replace table raw.${table}_sent as
select nullif(trim(valid.without_mark(trim(columns(*), e' \t\r\n' || chr(160))), e' \t\r\n' || chr(160)), '')
from raw.${table}_sent;

alter table raw.${table}_sent drop column extra;

-- Key: line. A rowid is an ordinal only after the commit, so lines are right from then on.
-- A spreadsheet's error, such as #N/A, is not an id: the id is null, and the error stands in error_for_id.
create or replace view raw.${table} as
select
    sent.rowid + 2 + coalesce(gap.gap, 0) as line,
    sent.* replace (valid.id(sent.${id_column}) as ${id_column}),
    case when valid.is_error_value(sent.${id_column}) then sent.${id_column} end as error_for_id
from raw.${table}_sent as sent
asof left join raw.gaps as gap on gap."file" = '${table}.csv' and sent.rowid >= gap.from_row;
