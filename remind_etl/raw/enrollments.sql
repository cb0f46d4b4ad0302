-- enrollments.csv: one row an accepted record, in file order. Key: line.
-- Inputs: the file, by the macro of records.sql; raw.gaps.
-- raw.enrollments_sent has the cells as sent, but for blanks at their ends; blank ones are null. They are trimmed only where a
-- cell needs it. In the view raw.enrollments a row has its line once it is committed: until then its rowid is no ordinal.

create or replace table raw.enrollments_sent as
from records($path, $delimiter, $names);

create or replace table raw.enrollments_sent as
select nullif(trim(columns(*), e' \t\r\n' || chr(160)), '')
from raw.enrollments_sent;

alter table raw.enrollments_sent drop column extra;

create or replace view raw.enrollments as
select
    s.rowid + 2 + coalesce(g.gap, 0) as "line",
    s.*
from raw.enrollments_sent as s
asof left join raw.gaps as g on g."file" = 'enrollments.csv' and s.rowid >= g.from_row;
