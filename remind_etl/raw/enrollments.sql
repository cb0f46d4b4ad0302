-- enrollments.csv: one row an accepted record, in file order. Key: line.
-- Inputs: the file, by the macro of records.sql; raw.gaps.
-- raw.enrollments_sent has the cells as sent; in raw.enrollments each cell is trimmed, blank ones are null.
-- A row has its line once it is committed: until then its rowid is no ordinal.

create or replace table raw.enrollments_sent as
from records($path, $delimiter, $names);

create or replace view raw.enrollments as
select
    s.rowid + 2 + coalesce(g.gap, 0) as "line",
    nullif(trim(columns(s.*), e' \t\r\n' || chr(160)), '')
from raw.enrollments_sent as s
asof left join raw.gaps as g on g."file" = 'enrollments.csv' and s.rowid >= g.from_row;
