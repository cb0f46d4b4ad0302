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

create table provisioned.live_schools as
select
    school_id,
    platform_school_id,
    row_number() over (order by school_id) as school_number
from mapped.schools
where link = 'confirmed';

create table provisioned.placeholders ("value" varchar);
create table provisioned.kept_contacts (line bigint, email varchar, phone varchar);
create table provisioned.kept_emails (teacher_id varchar, email varchar);

create table provisioned.withheld_contacts (account_id varchar, kind varchar, "value" varchar);

create table provisioned.waiting_teachers (teacher_id varchar);

-- The rows below are what the real views show.
create table provisioned.account_rows as
with linked as (
    select student.*
    from valid.students as student
    semi join provisioned.live_schools as school on student.school_id = school.school_id
),

accounts as (
    select
        'a' || teacher_id as account_id,
        if(teacher_id = 'T2', 'teacher+guardian', 'teacher') as roles,
        teacher_id,
        null as student_id,
        first_name,
        last_name,
        email,
        phone
    from valid.teachers as teacher
    semi join provisioned.live_schools as school on teacher.school_id = school.school_id
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
    from linked
)

select
    row_number() over (order by account_id) as person,
    *
from accounts;

create view provisioned.teacher_persons as
select
    teacher_id,
    person
from provisioned.account_rows
where teacher_id is not null;

-- The number of an account, and that of a linked school.
create macro person_of(known) as (
    select any_value(person)
    from provisioned.account_rows
    where account_id = known
);

create macro number_of(known) as (
    select school_number
    from provisioned.live_schools
    where school_id = known
);

create table provisioned.further_contact_points as
select
    person_of('aT2') as person,
    'email' as kind,
    'g2@example.org' as "value";

create table provisioned.guardianship_rows as
select
    person_of('aG' || student.line) as guardian,
    person_of('a' || student.student_id) as student
from valid.students as student
semi join provisioned.live_schools as school on student.school_id = school.school_id
union all
select
    person_of('aT2'),
    person_of('aP1');

create table provisioned.school_member_rows as
with members as (
    select
        person_of('a' || teacher_id) as person,
        school_id,
        'teacher' as "role"
    from valid.teachers
    union all
    select
        person_of('a' || student_id),
        school_id,
        'student'
    from valid.students
    union all
    select
        guardianship.guardian,
        student.school_id,
        'guardian'
    from provisioned.guardianship_rows as guardianship
    inner join provisioned.account_rows as account on guardianship.student = account.person
    inner join valid.students as student on account.student_id = student.student_id
)

select
    member.person,
    school.school_number,
    member."role"
from members as member
inner join provisioned.live_schools as school on member.school_id = school.school_id;

create table provisioned.class_rows as
select
    row_number() over (order by class.class_id) as class_number,
    class.class_id,
    class.school_id,
    school.platform_school_id,
    class.class_name,
    'a' || class.teacher_id as owner_account_id,
    class.teacher_id as owner_teacher_id
from valid.classes as class
inner join provisioned.live_schools as school on class.school_id = school.school_id;

create table provisioned.class_membership_rows as
select
    class.class_number,
    person_of('a' || enrollment.user_id) as person,
    true as is_student
from valid.enrollments as enrollment
inner join provisioned.class_rows as class on enrollment.class_id = class.class_id;
