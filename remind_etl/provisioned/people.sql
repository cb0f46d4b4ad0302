-- Which teachers and students the rows of linked schools name. Rows of a school that waits or is ignored say nothing, of a
-- person at two schools neither. Inputs: valid.teachers, valid.students, mapped.schools.
-- A person in a role has a number, in the order in which claims are settled: by role (teacher, guardian, student), then
-- by id in byte order. Numbers stand for people from here on: text is looked up once, and written once.

-- The ranks of roles: teacher 0, guardian 1, student 2.
create or replace temp macro person_number("rank", nth) as "rank" * 1000000000 + nth;

create or replace temp macro role_rank(person) as person // 1000000000;

-- An email has an @, and no phone has one.
create or replace temp macro contact_kind("value") as if(contains("value", '@'), 'email', 'phone');

create or replace temp macro is_crowd(people) as people > 20;

-- One row a school that is linked. Key: school_id; school_number.
create or replace table provisioned.live_schools as
select
    school_id,
    platform_school_id,
    row_number() over (order by school_id) as school_number
from mapped.schools
where link = 'confirmed';

-- Names are compared without case, accents and doubled blanks. Few have doubled ones, and looking is cheaper than replacing.
create or replace macro provisioned.single_blanks(sent) as
if(regexp_matches(sent, '\s{2}|[^\S ]'), regexp_replace(sent, '\s+', ' ', 'g'), sent);

create or replace macro provisioned.name_key(first_name, last_name) as
trim(strip_accents(lower(provisioned.single_blanks(concat_ws(' ', first_name, last_name)))));

-- One row a row of a live school. Key: line.
create or replace view provisioned.teacher_rows as
select t.*
from valid.teachers as t
semi join provisioned.live_schools as l on t.school_id = l.school_id;

create or replace view provisioned.student_rows as
select
    s.*,
    l.school_number
from valid.students as s
inner join provisioned.live_schools as l on s.school_id = l.school_id;

-- One row a teacher; of each column the first value in file order counts. Key: person; teacher_id.
create or replace temp table live_teachers as
with found as (
    select
        teacher_id,
        min(line) as line,
        arg_min(first_name, line) as first_name,
        arg_min(last_name, line) as last_name,
        arg_min(email, line) as email,
        arg_min(phone, line) as phone
    from provisioned.teacher_rows
    group by teacher_id
)

select
    person_number(0, row_number() over (order by teacher_id)) as person,
    *
from found;

-- One row a student, likewise. Key: person; student_id.
create or replace temp table live_students as
with found as (
    select
        student_id,
        min(line) as line,
        arg_min(first_name, line) as first_name,
        arg_min(last_name, line) as last_name,
        arg_min(dob, line) as dob,
        arg_min(grade, line) as grade,
        arg_min(email, line) as email,
        arg_min(phone, line) as phone
    from provisioned.student_rows
    group by student_id
)

select
    person_number(2, row_number() over (order by student_id)) as person,
    *
from found;

-- One row an email or phone that such a row gives a person. Key: file, line, column.
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

-- One row an email or phone that more than 20 people of different names share, such as a school's own: it is nobody's. A
-- guardian without a name counts as another with each student. Key: value.
create or replace table provisioned.placeholders as
with often as (
    -- Values by a short hash, as few of these are frequent, and counting them is cheaper than counting values.
    select hash("value") % 1000003 as bucket
    from provisioned.sent_contacts
    where "value" is not null
    group by bucket
    having is_crowd(count(*))
)

select
    sent."value",
    count(distinct coalesce(nullif(provisioned.name_key(first_name, last_name), ''), id)) as people,
    arg_min("column", { 'is_of_student': "column" not like 'teacher%', 'line': line, 'column': "column" }) as "column",
    coalesce(min(line) filter (where "column" like 'teacher%'), min(line)) as line
from provisioned.sent_contacts as sent
semi join often on hash(sent."value") % 1000003 = often.bucket
group by sent."value"
having is_crowd(people);

-- Nobody claims what is nobody's.
update live_teachers
set email = null
where email in (select n."value" from provisioned.placeholders as n);

update live_teachers
set phone = null
where phone in (select n."value" from provisioned.placeholders as n);

update live_students
set email = null
where email in (select n."value" from provisioned.placeholders as n);

update live_students
set phone = null
where phone in (select n."value" from provisioned.placeholders as n);
