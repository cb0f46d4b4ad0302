-- A small warehouse of which every suite approves: 60 rows a file. Tables raw.<file>_sent are what tests break.

create or replace table raw.schools_sent as
select
    'S' || range as school_id,
    'School ' || range as school_name
from range(60);

create or replace table raw.teachers_sent as
select
    'S' || range as school_id,
    'T' || range as teacher_id,
    'Tess' as teacher_first_name,
    'Teal' as teacher_last_name,
    't' || range || '@example.org' as teacher_email,
    '212555' || (1000 + range) as teacher_mobile_phone
from range(60);

create or replace table raw.students_sent as
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

create or replace table raw.classes_sent as
select
    'S' || range as school_id,
    'C' || range as class_id,
    'T' || range as teacher_id,
    'Class ' || range as class_name
from range(60);

create or replace table raw.enrollments_sent as
select
    'S' || range as school_id,
    'C' || range as class_id,
    'P' || (range // 2) as user_id
from range(60);

insert into raw.files by name
select
    unnest(['schools.csv', 'teachers.csv', 'students.csv', 'classes.csv', 'enrollments.csv']) as "file",
    60 as records,
    60 as accepted,
    0 as rejected,
    0 as blank;

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
    '+1' || teacher_mobile_phone as phone
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
    '+1' || guardian_phone as guardian_phone,
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

-- Schools S2 to S5 are linked: of four teachers, two students, four guardians. T2 is a guardian of P1 too, by the
-- email of a row.
create table mapped.schools as
select
    school_id,
    'platform-' || school_id as platform_school_id,
    if(school_id in ('S2', 'S3', 'S4', 'S5'), 'confirmed', 'proposed') as link
from valid.schools;

create view provisioned.live_schools as
select
    school_id,
    platform_school_id
from mapped.schools
where link = 'confirmed';

create table provisioned.placeholders ("value" varchar);
create table provisioned.kept_contacts (line bigint, email varchar, phone varchar);

create table provisioned.waiting_teachers (teacher_id varchar);

create table provisioned.accounts as
with linked as (
    select s.*
    from valid.students as s
    semi join provisioned.live_schools as l on s.school_id = l.school_id
)

select
    'a' || teacher_id as account_id,
    if(teacher_id = 'T2', 'teacher+guardian', 'teacher') as roles,
    teacher_id,
    null as student_id,
    first_name,
    last_name,
    email,
    phone
from valid.teachers as t
semi join provisioned.live_schools as l on t.school_id = l.school_id
union all
select
    'aG' || line,
    'guardian',
    null,
    null,
    guardian_first_name,
    guardian_last_name,
    null,
    guardian_phone
from linked
union all
select distinct
    'a' || student_id,
    'student',
    null,
    student_id,
    first_name,
    last_name,
    null,
    null
from linked;

create table provisioned.contact_points as
select
    account_id,
    'email' as kind,
    email as "value"
from provisioned.accounts
where email is not null
union all
select
    account_id,
    'phone',
    phone
from provisioned.accounts
where phone is not null
union all
select
    'aT2',
    'email',
    'g2@example.org';

create table provisioned.guardianships as
select
    'aG' || s.line as guardian_account_id,
    'a' || s.student_id as student_account_id,
    s.student_id
from valid.students as s
semi join provisioned.live_schools as l on s.school_id = l.school_id
union all
select
    'aT2',
    'aP1',
    'P1';

create table provisioned.school_members as
with members as (
    select
        'a' || teacher_id as account_id,
        school_id,
        'teacher' as "role"
    from valid.teachers
    union all
    select
        'a' || student_id,
        school_id,
        'student'
    from valid.students
    union all
    select
        g.guardian_account_id,
        s.school_id,
        'guardian'
    from provisioned.guardianships as g
    inner join valid.students as s on g.student_id = s.student_id
)

select
    m.account_id,
    m.school_id,
    l.platform_school_id,
    m."role"
from members as m
inner join provisioned.live_schools as l on m.school_id = l.school_id;

create table provisioned.classes as
select
    c.class_id,
    c.school_id,
    l.platform_school_id,
    c.class_name,
    'a' || c.teacher_id as owner_account_id,
    c.teacher_id as owner_teacher_id
from valid.classes as c
inner join provisioned.live_schools as l on c.school_id = l.school_id;

create table provisioned.class_memberships as
select
    class_id,
    owner_account_id as account_id,
    'owner' as "role",
    owner_teacher_id as record_id
from provisioned.classes
union all
select
    e.class_id,
    'a' || e.user_id,
    'student',
    e.user_id
from valid.enrollments as e
semi join provisioned.classes as c on e.class_id = c.class_id;
