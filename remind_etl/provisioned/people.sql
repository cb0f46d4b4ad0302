-- Who the files name. Inputs: valid.teachers, valid.students, mapped.schools.

create or replace table provisioned.live_schools as
select
    school_id,
    platform_school_id
from mapped.schools
where link = 'confirmed';

-- Names are compared without case, accents and doubled blanks.
create or replace macro provisioned.name_key(first_name, last_name) as
trim(strip_accents(lower(regexp_replace(concat_ws(' ', first_name, last_name), '\s+', ' ', 'g'))));

-- One row a student with a row at a live school; of each column the first value in file order counts. Key: student_id.
create or replace table provisioned.students as
select
    student_id,
    min(line) as line,
    arg_min(school_id, line) as school_id,
    arg_min(first_name, line) as first_name,
    arg_min(last_name, line) as last_name,
    arg_min(dob, line) as dob,
    arg_min(grade, line) as grade,
    arg_min(email, line) as email,
    arg_min(phone, line) as phone
from valid.students
group by student_id
having bool_or(school_id in (select l.school_id from provisioned.live_schools as l));

-- One row a teacher with a row at a live school. Key: teacher_id.
create or replace table provisioned.teachers as
select
    teacher_id,
    min(line) as line,
    arg_min(school_id, line) as school_id,
    arg_min(first_name, line) as first_name,
    arg_min(last_name, line) as last_name,
    arg_min(email, line) as email,
    arg_min(phone, line) as phone
from valid.teachers
group by teacher_id
having bool_or(school_id in (select l.school_id from provisioned.live_schools as l));

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
    from valid.students
    union all
    select
        guardian_phone,
        'guardian_phone',
        guardian_first_name,
        guardian_last_name,
        student_id,
        line
    from valid.students
    union all
    select
        email,
        'student_email',
        first_name,
        last_name,
        student_id,
        line
    from provisioned.students
    union all
    select
        phone,
        'student_phone',
        first_name,
        last_name,
        student_id,
        line
    from provisioned.students
    union all
    select
        email,
        'teacher_email',
        first_name,
        last_name,
        teacher_id,
        line
    from provisioned.teachers
    union all
    select
        phone,
        'teacher_mobile_phone',
        first_name,
        last_name,
        teacher_id,
        line
    from provisioned.teachers
),

often as (
    select "value"
    from sent
    where "value" is not null
    group by "value"
    having count(*) > 20
)

select
    sent."value",
    count(distinct coalesce(nullif(provisioned.name_key(first_name, last_name), ''), id)) as people,
    arg_min("column", { 'is_of_student': "column" not like 'teacher%', 'line': line, 'column': "column" }) as "column",
    coalesce(min(line) filter (where "column" like 'teacher%'), min(line)) as line
from sent
semi join often on sent."value" = often."value"
group by sent."value"
having people > 20;

-- One row a line of students.csv that names a guardian of such a student, with the guardian's id: the email; without
-- one, the email of the one guardian with the same phone and name; else phone and name. Key: line.
create or replace table provisioned.guardian_rows as
with named as (
    select
        s.line,
        s.school_id,
        s.student_id,
        s.guardian_first_name as first_name,
        s.guardian_last_name as last_name,
        provisioned.name_key(s.guardian_first_name, s.guardian_last_name) as name_key,
        case when e."value" is null then s.guardian_email end as email,
        case when p."value" is null then s.guardian_phone end as phone
    from valid.students as s
    left join provisioned.placeholders as e on s.guardian_email = e."value"
    left join provisioned.placeholders as p on s.guardian_phone = p."value"
    where s.has_guardian and s.student_id in (select t.student_id from provisioned.students as t)
),

lonely as (
    select distinct phone
    from named
    where email is null
),

by_phone_and_name as (
    select
        named.phone,
        named.name_key,
        min(named.email) as email
    from named
    semi join lonely on named.phone = lonely.phone
    where named.email is not null
    group by named.phone, named.name_key
    having min(named.email) = max(named.email)
)

select
    n.*,
    coalesce(n.email, b.email, n.phone || ' ' || n.name_key) as guardian_id
from named as n
left join by_phone_and_name as b on n.email is null and n.phone = b.phone and n.name_key = b.name_key;

-- One row a person in a role, numbered in the order in which claims are settled: by role (teacher, guardian, student),
-- then by id in byte order. Key: person; role, id.
create or replace temp table people as
with guardians as (
    select
        guardian_id,
        min(line) as line,
        min(line) filter (where name_key != '') as named_on
    from provisioned.guardian_rows
    where guardian_id is not null
    group by guardian_id
),

named as (
    select
        0 as place,
        'teacher' as "role",
        teacher_id as id,
        line,
        school_id,
        first_name,
        last_name,
        provisioned.name_key(first_name, last_name) as name_key
    from provisioned.teachers
    union all
    select
        1,
        'guardian',
        g.guardian_id,
        g.line,
        r.school_id,
        r.first_name,
        r.last_name,
        coalesce(r.name_key, '')
    from guardians as g
    left join provisioned.guardian_rows as r on g.named_on = r.line
    union all
    select
        2,
        'student',
        student_id,
        line,
        school_id,
        first_name,
        last_name,
        provisioned.name_key(first_name, last_name)
    from provisioned.students
)

select
    row_number() over (order by place, id) as person,
    * exclude (place)
from named;

-- One row a guardian and student of the files, by their persons. Key: guardian, student.
create or replace temp table families as
select distinct
    g.person as guardian,
    s.person as student
from provisioned.guardian_rows as r
inner join people as g on g."role" = 'guardian' and r.guardian_id = g.id
inner join people as s on s."role" = 'student' and r.student_id = s.id;
