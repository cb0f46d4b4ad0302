-- The count of students without a way to reach them. Key: none, one row. Input: raw.students.

select
    count(*) filter (
        where coalesce(student_email, student_phone, guardian_email, guardian_phone) is null
    ) as no_contact
from raw.students;
