-- The distinct phones of students.csv, of students and guardians, as sent. Key: value. Input: raw.students.

create or replace table valid.phones_sent as
select student_phone as "value"
from raw.students
where student_phone is not null
union
select guardian_phone
from raw.students
where guardian_phone is not null;
