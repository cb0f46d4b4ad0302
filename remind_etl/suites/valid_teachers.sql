-- The count of values that can be wrong without the row being left out. Key: none, one row. Input: raw.teachers.

select count(teacher_mobile_phone) as phones
from raw.teachers;
