-- The distinct phones of teachers.csv, as sent. A program's 2.12E9 is no phone.
-- Key: value. Inputs: raw.teachers.

create or replace table valid.phones_sent as
select distinct teacher_mobile_phone as "value"
from raw.teachers
where not valid.is_rounded(teacher_mobile_phone);
