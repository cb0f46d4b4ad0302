-- The guardians that the rows of linked schools name, and all people with them. Inputs: valid.students; live_students,
-- live_teachers, provisioned.live_schools, .placeholders of people.sql.

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
