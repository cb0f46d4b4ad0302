-- Fills the raw tables of an empty warehouse with $rows enrollments and what they refer to: 8 classes a student, 25
-- students a class and teacher, 20 classes a school. Nothing in them is wrong. Inputs: raw.<file>_sent of connection.py.

create or replace temp macro schools() as greatest(1, getvariable('rows') // 4000);

create or replace temp macro classes() as greatest(1, getvariable('rows') // 200);

insert into raw.schools_sent by name
select
    'S' || range as school_id,
    'School ' || range as school_name
from range(schools());

insert into raw.teachers_sent by name
select
    'S' || range % schools() as school_id,
    'T' || range as teacher_id,
    'Tess' as teacher_first_name,
    'Teal' as teacher_last_name,
    't' || range || '@example.org' as teacher_email
from range(classes());

insert into raw.students_sent by name
select
    'S' || range % schools() as school_id,
    'P' || range as student_id,
    'Stu' as student_first_name,
    'Dent' as student_last_name,
    'g' || range || '@example.org' as guardian_email
from range(getvariable('rows') // 8);

insert into raw.classes_sent by name
select
    'S' || range % schools() as school_id,
    'C' || range as class_id,
    'T' || range as teacher_id,
    'Class ' || range as class_name
from range(classes());

insert into raw.enrollments_sent by name
select
    'S' || range % schools() as school_id,
    'C' || (range + range // (getvariable('rows') // 8) * schools()) % classes() as class_id,
    'P' || range % (getvariable('rows') // 8) as user_id
from range(getvariable('rows'));

insert into raw.files
select
    "file",
    "rows" as records,
    "rows" as accepted,
    0 as rejected,
    0 as blank
from (
    values
    ('schools.csv', schools()),
    ('teachers.csv', classes()),
    ('students.csv', getvariable('rows') // 8),
    ('classes.csv', classes()),
    ('enrollments.csv', getvariable('rows'))
) as sent ("file", "rows");
