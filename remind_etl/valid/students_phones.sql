-- The distinct phones of students.csv, of students and guardians, as sent. A program's 2.12E9 is no phone.
-- Key: value. Inputs: raw.students.

create or replace table valid.phones_sent as
select student_phone as "value"
from raw.students
where not valid.is_rounded(student_phone)
union
select guardian_phone
from raw.students
where not valid.is_rounded(guardian_phone);
