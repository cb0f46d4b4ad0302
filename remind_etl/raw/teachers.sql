-- teachers.csv: one row an accepted record, in file order. Key: line.
-- Inputs: the file, by the macro of records.sql; raw.gaps.
-- raw.teachers_sent has the cells as sent, but for blanks at their ends; blank ones are null. They are trimmed only where a
-- cell needs it. In the view raw.teachers a row has its line once it is committed: until then its rowid is no ordinal.
-- There a spreadsheet's error, such as #N/A, is no teacher_id, and stands in error_for_id.

create or replace table raw.teachers_sent as
from records($path, $delimiter, $names);

create or replace table raw.teachers_sent as
select nullif(trim(columns(*), e' \t\r\n' || chr(160)), '')
from raw.teachers_sent;

alter table raw.teachers_sent drop column extra;

create or replace view raw.teachers as
select
    s.rowid + 2 + coalesce(g.gap, 0) as "line",
    s.* replace (valid.id(s.teacher_id) as teacher_id),
    case when valid.is_error_value(s.teacher_id) then s.teacher_id end as error_for_id
from raw.teachers_sent as s
asof left join raw.gaps as g on g."file" = 'teachers.csv' and s.rowid >= g.from_row;
