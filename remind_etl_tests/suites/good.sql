-- A small warehouse of which every suite approves: 60 rows a file. Tables raw.<file>_sent are what tests break.

create schema raw;

create schema valid;

create schema provisioned;

create table raw.schools_sent as
select
    'S' || range as school_id,
    'School ' || range as school_name
from range(60);

create table raw.teachers_sent as
select
    'S' || range as school_id,
    'T' || range as teacher_id,
    'Tess' as teacher_first_name,
    'Teal' as teacher_last_name,
    't' || range || '@example.org' as teacher_email,
    '212555' || (1000 + range) as teacher_mobile_phone
from range(60);

create table raw.students_sent as
select
    'S' || range as school_id,
    'P' || (range // 2) as student_id,
    'Stu' as student_first_name,
    'Dent' as student_last_name,
    '2014-09-30' as dob,
    '5' as grade,
    null::varchar as student_email,
    null::varchar as student_phone,
    'Gil' as guardian_first_name,
    'Ward' as guardian_last_name,
    'g' || range || '@example.org' as guardian_email,
    '212555' || (2000 + range) as guardian_phone
from range(60);

create table raw.classes_sent as
select
    'S' || range as school_id,
    'C' || range as class_id,
    'T' || range as teacher_id,
    'Class ' || range as class_name
from range(60);

create table raw.enrollments_sent as
select
    'S' || range as school_id,
    'C' || (range // 10) as class_id,
    'P' || (range // 2) as user_id
from range(60);

create view raw.schools as
select
    *,
    rowid + 2 as line
from raw.schools_sent;

create view raw.teachers as
select
    *,
    rowid + 2 as line
from raw.teachers_sent;

create view raw.students as
select
    *,
    rowid + 2 as line
from raw.students_sent;

create view raw.classes as
select
    *,
    rowid + 2 as line
from raw.classes_sent;

create view raw.enrollments as
select
    *,
    rowid + 2 as line
from raw.enrollments_sent;

create table raw.files as
select
    unnest(['schools.csv', 'teachers.csv', 'students.csv', 'classes.csv', 'enrollments.csv']) as "file",
    60 as records,
    60 as accepted,
    0 as rejected,
    0 as blank;

create table raw.rejects ("file" varchar, line bigint);

create table valid.schools as
from raw.schools;

create table valid.teachers as
select
    line,
    school_id,
    teacher_id,
    teacher_first_name as first_name,
    teacher_last_name as last_name,
    teacher_email as email,
    teacher_mobile_phone as phone
from raw.teachers;

create table valid.students as
select
    line,
    school_id,
    student_id,
    student_first_name as first_name,
    student_last_name as last_name,
    dob,
    grade,
    student_email as email,
    student_phone as phone,
    guardian_first_name,
    guardian_last_name,
    guardian_email,
    guardian_phone,
    true as has_guardian
from raw.students;

create table valid.classes as
from raw.classes;

create table valid.enrollments as
select
    line,
    school_id,
    class_id,
    user_id,
    'student' as "role"
from raw.enrollments;

create table valid.findings (found_by varchar, code varchar, line bigint, "column" varchar);

create table valid.left_out (found_by varchar, line bigint);

create table provisioned.accounts (
    account_id varchar, roles varchar, teacher_id varchar, student_id varchar, first_name varchar, last_name varchar,
    email varchar, phone varchar, dob varchar, grade varchar
);

insert into provisioned.accounts values
('a1', 'teacher', 'T1', null, 'Tess', 'Teal', 't1@example.org', '+12125550101', null, null),
('a2', 'teacher+guardian', 'T2', null, 'Tom', 'Teal', 't2@example.org', null, null, null),
('a3', 'guardian', null, null, 'Gil', 'Ward', null, '+12125550103', null, null),
('a4', 'student', null, 'P4', 'Stu', 'Teal', null, null, '2014-09-30', '5'),
('a5', 'student', null, 'P5', 'Sue', 'Ward', null, null, '2013-01-02', '6');

create table provisioned.contact_points as
select
    account_id,
    'email' as kind,
    email as value
from provisioned.accounts
where email is not null
union all
select
    account_id,
    'phone',
    phone
from provisioned.accounts
where phone is not null;

create table provisioned.school_members as
select
    account_id,
    'S1' as school_id,
    'platform-1' as platform_school_id,
    split_part(roles, '+', 1) as role
from provisioned.accounts;

create table provisioned.guardianships (guardian_account_id varchar, student_account_id varchar, student_id varchar);

insert into provisioned.guardianships values ('a2', 'a4', 'P4'), ('a3', 'a5', 'P5'), ('a3', 'a4', 'P4');

create table provisioned.classes (
    class_id varchar, school_id varchar, platform_school_id varchar, class_name varchar, owner_account_id varchar,
    owner_teacher_id varchar
);

insert into provisioned.classes values
('C1', 'S1', 'platform-1', 'Class 1', 'a1', 'T1'),
('C2', 'S1', 'platform-1', 'Class 2', 'a2', 'T2');

create table provisioned.class_seats (class_id varchar, account_id varchar, role varchar, record_id varchar);

insert into provisioned.class_seats values
('C1', 'a1', 'owner', 'T1'), ('C1', 'a2', 'co_teacher', 'T2'), ('C1', 'a4', 'student', 'P4'),
('C2', 'a2', 'owner', 'T2'), ('C2', 'a5', 'student', 'P5');
