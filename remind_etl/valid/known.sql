-- What the files name, in rows that are left out too: who refers to one of these refers to something. One row an id, or
-- a cell of a record that could not be read, which may be one. Key: none. Inputs: raw.<file>, raw.rejects.

create or replace temp view known as
select
    'schools.csv' as "file",
    school_id as id
from raw.schools
where school_id is not null
union all
select
    'teachers.csv',
    teacher_id
from raw.teachers
where teacher_id is not null
union all
select
    'students.csv',
    student_id
from raw.students
where student_id is not null
union all
select
    'classes.csv',
    class_id
from raw.classes
where class_id is not null
union all
select
    "file",
    unnest(cells)
from raw.rejects;
