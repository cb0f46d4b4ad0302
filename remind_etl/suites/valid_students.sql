-- The counts of values that can be wrong without the row being left out. Key: none, one row. Input: raw.students.

select
    count(student_email) + count(guardian_email) as emails,
    count(student_phone) + count(guardian_phone) as phones,
    count(dob) as dobs,
    count(grade) as grades
from raw.students;
