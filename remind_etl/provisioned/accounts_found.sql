-- What is wrong with the people: contact points that others have or that are nobody's, teachers and guardians who cannot
-- have an account. A guardian has no id in the files, so the student's stands for it.
-- Inputs: tables of people.sql, guardians.sql, claims.sql, persons.sql, accounts.sql; valid.students.

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'placeholder_contact' as code,
    case when "column" like 'teacher%' then 'teachers.csv' else 'students.csv' end as "file",
    line,
    "column",
    "value",
    people as detail
from provisioned.placeholders;

-- One row a claim that was lost to another account. Of a teacher who is not created only the email's loss is told.
-- Key: person, value.
create or replace temp table lost as
select
    l.person,
    l."role",
    contact_kind(l."value") as kind,
    l."value",
    l.holder
from lost_claims as l
left join others as o on l.person = o.person
left join others as h on l.holder = h.person
where
    case when o.person is null then l.person else o.root end is distinct from coalesce(h.root, l.holder)
    and not (l."role" = 'teacher' and o.person is not null and contact_kind(l."value") = 'phone');

-- One row a person who lost or has such a contact point, with the record and line that claim it: a guardian's, of the
-- student with the first id, so that the order of rows changes no problem's record. Key: person, value.
create or replace temp table claimed as
with concerned as (
    select
        person,
        "value"
    from lost
    union
    select
        holder,
        "value"
    from lost
),

guardian_lines as (
    select
        c.person,
        c."value",
        unnest(min({ 'student_id': s.student_id, 'line': s.line, 'school_id': s.school_id }))
    from concerned as c
    inner join student_lines as l on c.person = l.guardian
    inner join valid.students as s on l.line = s.line and c."value" in (s.guardian_email, s.guardian_phone)
    group by c.person, c."value"
)

select
    g.person,
    g."value",
    'guardian' as "role",
    g.student_id as record_id,
    g.line,
    g.school_id
from guardian_lines as g
union all
select
    c.person,
    c."value",
    'student',
    p.student_id,
    p.line,
    s.school_id
from concerned as c
inner join live_students as p on c.person = p.person
inner join valid.students as s on p.line = s.line
union all
select
    c.person,
    c."value",
    'teacher',
    p.teacher_id,
    p.line,
    t.school_id
from concerned as c
inner join live_teachers as p on c.person = p.person
inner join valid.teachers as t on p.line = t.line;

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    case
        when l."role" = 'teacher' and l.kind = 'email' then 'email_taken'
        when l.kind = 'phone' then 'phone_taken'
        when l."role" = 'guardian' then 'guardian_email_taken'
        else 'student_email_taken'
    end as code,
    case l."role" when 'teacher' then 'teachers.csv' else 'students.csv' end as "file",
    c.line,
    l."role" || case when l."role" = 'teacher' and l.kind = 'phone' then '_mobile_' else '_' end || l.kind as "column",
    l."value",
    l."role" as record_type,
    c.record_id,
    c.school_id,
    case when h."role" = 'guardian' then 'a guardian of student ' else h."role" || ' ' end || h.record_id as detail
from lost as l
inner join claimed as c on l.person = c.person and l."value" = c."value"
inner join claimed as h on l.holder = h.person and l."value" = h."value";

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'teacher_without_email' as code,
    'teachers.csv' as "file",
    p.line,
    'teacher_email' as "column",
    'teacher' as record_type,
    p.teacher_id as record_id,
    t.school_id
from live_teachers as p
inner join valid.teachers as t on p.line = t.line
where p.email is null;

-- One row a line that names a guardian who cannot have an account. Key: line.
create or replace temp table unreachable as
select
    s.line,
    s.student_id,
    s.school_id
from student_lines as l
left join others as o on l.guardian = o.person
inner join valid.students as s on l.line = s.line
where l.has_guardian and (l.guardian is null or (o.person is not null and o.root is null));

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'guardian_without_contact' as code,
    'students.csv' as "file",
    line,
    'guardian' as record_type,
    student_id as record_id,
    school_id
from unreachable;

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'contact_name_differs' as code,
    'students.csv' as "file",
    l.line,
    'guardian_email' as "column",
    g.email as "value",
    'guardian' as record_type,
    first_value(s.student_id) over (partition by l.guardian order by l.line) as record_id,
    s.school_id
from student_lines as l
inner join guardians as g on l.guardian = g.person and g.is_named_twice
inner join valid.students as s on l.line = s.line
where l.has_email and l.name_key not in ('', provisioned.name_key(g.first_name, g.last_name));

-- Students without a contact point of their own or of a guardian.
insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'student_without_contact' as code,
    'students.csv' as "file",
    p.line,
    'student' as record_type,
    p.student_id as record_id,
    s.school_id
from provisioned.account_rows as a
inner join live_students as p on a.student_id = p.student_id
inner join valid.students as s on p.line = s.line
anti join provisioned.ties as t on a.root = t.student
where a.email is null and a.phone is null;

-- A teacher who is not created is not absent either, nor is a guardian.
insert into valid.left_out
select
    'provisioned/accounts' as found_by,
    'teachers.csv' as "file",
    t.line,
    t.teacher_id as cell
from live_teachers as t
anti join provisioned.account_rows as a on t.teacher_id = a.teacher_id;

-- One row a student of whom a guardian was sent who cannot have an account: who is their guardian already stays.
-- Key: student_id.
create or replace table provisioned.guardians_left_out as
select distinct student_id
from unreachable;
