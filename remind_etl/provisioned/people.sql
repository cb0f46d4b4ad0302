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

-- One row a line of students.csv that names a guardian of such a student, with the guardian's id: the email; without
-- one, the email of the one guardian with the same phone and name; else phone and name. Key: line. `key` is that of
-- provisioned.people.
create or replace table provisioned.guardian_rows as
with named as (
    select
        line,
        school_id,
        student_id,
        guardian_first_name as first_name,
        guardian_last_name as last_name,
        provisioned.name_key(guardian_first_name, guardian_last_name) as name_key,
        guardian_email as email,
        guardian_phone as phone
    from valid.students
    where has_guardian and student_id in (select s.student_id from provisioned.students as s)
),

by_phone_and_name as (
    select
        phone,
        name_key,
        min(email) as email
    from named
    where phone is not null and email is not null
    group by phone, name_key
    having count(distinct email) = 1
)

select
    n.*,
    coalesce(n.email, b.email, n.phone || ' ' || n.name_key) as guardian_id,
    '1' || coalesce(n.email, b.email, n.phone || ' ' || n.name_key) as "key"
from named as n
left join by_phone_and_name as b on n.email is null and n.phone = b.phone and n.name_key = b.name_key;

-- One row a person in a role. The key sorts as claims are settled: role (0 teacher, 1 guardian, 2 student), then id.
-- Key: key.
create or replace table provisioned.people as
select
    '0' || teacher_id as "key",
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
    "key",
    'guardian',
    guardian_id,
    line,
    school_id,
    named.first_name,
    named.last_name,
    coalesce(named.name_key, '')
from (
    select
        "key",
        guardian_id,
        min(line) as line,
        arg_min(school_id, line) as school_id,
        arg_min({ 'first_name': first_name, 'last_name': last_name, 'name_key': name_key }, line)
        filter (where name_key != '') as named
    from provisioned.guardian_rows
    where "key" is not null
    group by "key", guardian_id
)
union all
select
    '2' || student_id,
    'student',
    student_id,
    line,
    school_id,
    first_name,
    last_name,
    provisioned.name_key(first_name, last_name)
from provisioned.students;

-- One row a contact point that a person in a role claims, with the first line that does: a guardian's, of the student
-- with the first id, so that the order of rows changes no problem's record. Key: key, kind, value.
create or replace table provisioned.claims as
with sent as (
    select
        '0' || teacher_id as "key",
        'email' as kind,
        email as "value",
        line,
        'teacher_email' as "column"
    from provisioned.teachers
    union all
    select
        '0' || teacher_id,
        'phone',
        phone,
        line,
        'teacher_mobile_phone'
    from provisioned.teachers
    union all
    select
        "key",
        'email',
        email,
        arg_min(line, { 'student_id': student_id, 'line': line }),
        'guardian_email'
    from provisioned.guardian_rows
    group by "key", email
    union all
    select
        "key",
        'phone',
        phone,
        arg_min(line, { 'student_id': student_id, 'line': line }),
        'guardian_phone'
    from provisioned.guardian_rows
    group by "key", phone
    union all
    select
        '2' || student_id,
        'email',
        email,
        line,
        'student_email'
    from provisioned.students
    union all
    select
        '2' || student_id,
        'phone',
        phone,
        line,
        'student_phone'
    from provisioned.students
)

select
    s.*,
    p.name_key
from sent as s
inner join provisioned.people as p on s."key" = p."key"
where s."value" is not null;
