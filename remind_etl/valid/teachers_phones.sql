-- The distinct phones of teachers.csv, as sent. Key: value. Input: raw.teachers.

create or replace table valid.phones_sent as
select distinct teacher_mobile_phone as "value"
from raw.teachers
where teacher_mobile_phone is not null;
