-- Each email and phone that a row gives to a person.
-- Grain: one row a cell. Key: file, line, column.
-- Inputs: provisioned.teacher_rows, provisioned.student_rows. Outputs: provisioned.sent_contacts.

create or replace view provisioned.sent_contacts as
select
    'students.csv' as "file",
    line,
    'guardian_email' as "column",
    guardian_email as "value",
    guardian_first_name as first_name,
    guardian_last_name as last_name,
    student_id as id
from provisioned.student_rows
union all
select
    'students.csv',
    line,
    'guardian_phone',
    guardian_phone,
    guardian_first_name,
    guardian_last_name,
    student_id
from provisioned.student_rows
union all
select
    'students.csv',
    line,
    'student_email',
    email,
    first_name,
    last_name,
    student_id
from provisioned.student_rows
union all
select
    'students.csv',
    line,
    'student_phone',
    phone,
    first_name,
    last_name,
    student_id
from provisioned.student_rows
union all
select
    'teachers.csv',
    line,
    'teacher_email',
    email,
    first_name,
    last_name,
    teacher_id
from provisioned.teacher_rows
union all
select
    'teachers.csv',
    line,
    'teacher_mobile_phone',
    phone,
    first_name,
    last_name,
    teacher_id
from provisioned.teacher_rows;
