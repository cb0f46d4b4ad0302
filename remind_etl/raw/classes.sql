-- classes.csv: one row an accepted record, in file order. Key: line.
-- Inputs: the file, by the macro of records.sql; raw.gaps.
-- raw.classes_sent has the cells as sent, but for blanks at their ends; blank ones are null. They are trimmed only where a
-- cell needs it. In the view raw.classes a row has its line once it is committed: until then its rowid is no ordinal.
-- There a spreadsheet's error, such as #N/A, is no class_id, and stands in error_for_id.

create or replace table raw.classes_sent as
from records($path, $delimiter, $names);

create or replace table raw.classes_sent as
select nullif(trim(columns(*), e' \t\r\n' || chr(160)), '')
from raw.classes_sent;

alter table raw.classes_sent drop column extra;

create or replace view raw.classes as
select
    s.rowid + 2 + coalesce(g.gap, 0) as "line",
    s.* replace (valid.id(s.class_id) as class_id),
    case when valid.is_error_value(s.class_id) then s.class_id end as error_for_id
from raw.classes_sent as s
asof left join raw.gaps as g on g."file" = 'classes.csv' and s.rowid >= g.from_row;
