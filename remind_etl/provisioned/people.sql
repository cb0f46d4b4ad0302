-- Who the rows of linked schools name. Rows of a school that waits or is ignored say nothing, of a person at two schools
-- neither. Inputs: valid.teachers, valid.students, mapped.schools.
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
create or replace temp view teacher_rows as
select t.*
from valid.teachers as t
semi join provisioned.live_schools as l on t.school_id = l.school_id;

create or replace temp view student_rows as
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
    from teacher_rows
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
    from student_rows
    group by student_id
)

select
    person_number(2, row_number() over (order by student_id)) as person,
    *
from found;

-- One row an email or phone that more than 20 people of different names share, such as a school's own: it is nobody's. A
-- guardian without a name counts as another with each student. Key: value.
create or replace table provisioned.placeholders as
with sent as (
    select
        guardian_email as "value",
        'guardian_email' as "column",
        guardian_first_name as first_name,
        guardian_last_name as last_name,
        student_id as id,
        line
    from student_rows
    union all
    select
        guardian_phone,
        'guardian_phone',
        guardian_first_name,
        guardian_last_name,
        student_id,
        line
    from student_rows
    union all
    select
        email,
        'student_email',
        first_name,
        last_name,
        student_id,
        line
    from live_students
    union all
    select
        phone,
        'student_phone',
        first_name,
        last_name,
        student_id,
        line
    from live_students
    union all
    select
        email,
        'teacher_email',
        first_name,
        last_name,
        teacher_id,
        line
    from live_teachers
    union all
    select
        phone,
        'teacher_mobile_phone',
        first_name,
        last_name,
        teacher_id,
        line
    from live_teachers
),

-- Values by a short hash, as few of these are frequent, and counting them is cheaper than counting values.
often as (
    select hash("value") % 1000003 as bucket
    from sent
    where "value" is not null
    group by bucket
    having is_crowd(count(*))
)

select
    sent."value",
    count(distinct coalesce(nullif(provisioned.name_key(first_name, last_name), ''), id)) as people,
    arg_min("column", { 'is_of_student': "column" not like 'teacher%', 'line': line, 'column': "column" }) as "column",
    coalesce(min(line) filter (where "column" like 'teacher%'), min(line)) as line
from sent
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

-- One row a line of students.csv, of any school, with the guardian that it names if any. Key: line.
create or replace view provisioned.guardian_lines as
select
    s.line,
    s.student_id,
    s.school_id,
    s.has_guardian,
    provisioned.name_key(s.guardian_first_name, s.guardian_last_name) as name_key,
    case when e."value" is null then s.guardian_email end as email,
    case when p."value" is null then s.guardian_phone end as phone
from valid.students as s
left join provisioned.placeholders as e on s.guardian_email = e."value"
left join provisioned.placeholders as p on s.guardian_phone = p."value";

-- One row such a line of a live school, with the guardian's id: the email; without one, the email of the one guardian with
-- the same phone and name; else phone and name. Key: line.
create or replace temp table student_lines as
with sent as (
    select
        g.* exclude (student_id, school_id),
        t.person as student,
        l.school_number
    from provisioned.guardian_lines as g
    inner join live_students as t on g.student_id = t.student_id
    inner join provisioned.live_schools as l on g.school_id = l.school_id
),

lonely as (
    select distinct phone
    from sent
    where email is null
),

by_phone_and_name as (
    select
        sent.phone,
        sent.name_key,
        min(sent.email) as email
    from sent
    semi join lonely on sent.phone = lonely.phone
    where sent.email is not null
    group by sent.phone, sent.name_key
    having min(sent.email) = max(sent.email)
),

named as (
    select
        n.* exclude (email),
        n.email is not null as has_email,
        coalesce(n.email, b.email, n.phone || ' ' || n.name_key) as guardian_id
    from sent as n
    left join by_phone_and_name as b on n.email is null and n.phone = b.phone and n.name_key = b.name_key
),

numbered as (
    select
        guardian_id,
        person_number(1, row_number() over (order by guardian_id)) as guardian
    from (select distinct n.guardian_id from named as n where n.guardian_id is not null)
)

select
    n.*,
    g.guardian
from named as n
left join numbered as g on n.guardian_id = g.guardian_id;

-- One row a guardian, with the name of the first line that gives one, and the first phone. Key: person; guardian_id.
create or replace temp table guardians as
with found as (
    select
        guardian as person,
        any_value(guardian_id) as guardian_id,
        min(line) filter (where name_key != '') as named_on,
        min(hash(name_key)) filter (where name_key != '')
        != max(hash(name_key)) filter (where name_key != '') as is_named_twice,
        bool_or(has_email) as has_email,
        min(phone) as phone,
        max(phone) as last_phone
    from student_lines
    where guardian is not null
    group by guardian
)

select
    f.person,
    f.guardian_id,
    s.guardian_first_name as first_name,
    s.guardian_last_name as last_name,
    f.is_named_twice,
    case when f.has_email then f.guardian_id end as email,
    f.phone,
    f.last_phone
from found as f
left join valid.students as s on f.named_on = s.line;

-- One row a phone of a guardian beside the first. Key: person, value.
create or replace temp table further_phones as
select distinct
    g.person,
    l.phone as "value"
from student_lines as l
inner join guardians as g on l.guardian = g.person
where g.phone != g.last_phone and l.phone != g.phone;

-- One row a person in a role. Key: person; role, id.
create or replace temp view people as
select
    person,
    'teacher' as "role",
    teacher_id as id,
    first_name,
    last_name,
    email,
    phone,
    null::date as dob,
    null::varchar as grade
from live_teachers
union all
select
    person,
    'guardian',
    guardian_id,
    first_name,
    last_name,
    email,
    phone,
    null,
    null
from guardians
union all
select
    person,
    'student',
    student_id,
    first_name,
    last_name,
    email,
    phone,
    dob,
    grade
from live_students;
