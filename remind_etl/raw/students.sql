-- students.csv: one row an accepted record, in file order. Key: line.
-- Inputs: the file, by the macro of records.sql; raw.gaps.
-- raw.students_sent has the cells as sent, but for blanks at their ends; blank ones are null. They are trimmed only where a
-- cell needs it. In the view raw.students a row has its line once it is committed: until then its rowid is no ordinal.
-- There a spreadsheet's error, such as #N/A, is no student_id, and stands in error_for_id.

create or replace table raw.students_sent as
from records($path, $delimiter, $names);

create or replace table raw.students_sent as
select nullif(trim(columns(*), e' \t\r\n' || chr(160)), '')
from raw.students_sent;

alter table raw.students_sent drop column extra;

create or replace view raw.students as
select
    s.rowid + 2 + coalesce(g.gap, 0) as "line",
    s.* replace (valid.id(s.student_id) as student_id),
    case when valid.is_error_value(s.student_id) then s.student_id end as error_for_id
from raw.students_sent as s
asof left join raw.gaps as g on g."file" = 'students.csv' and s.rowid >= g.from_row;
