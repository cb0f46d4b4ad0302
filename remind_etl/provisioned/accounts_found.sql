-- What is wrong with the people: contact points that others have or that are nobody's, teachers and guardians who cannot
-- have an account. A guardian has no id in the files, so the student's stands for it. Inputs: provisioned.*.

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

-- One row a claim that was lost. Of a teacher who is not created only the email's loss is told. Key: person, value.
create or replace temp table lost as
select
    c.person,
    c."role",
    w.kind,
    c."value",
    w.person as holder
from claims as c
inner join provisioned.winners as w on c."value" = w."value"
left join provisioned.roots as r on c.person = r.person
where r.root is distinct from w.root and not (c."role" = 'teacher' and r.root is null and w.kind = 'phone');

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

guardians as (
    select
        c.person,
        c."value",
        min({ 'student_id': r.student_id, 'line': r.line, 'school_id': r.school_id }) as first_row
    from concerned as c
    inner join people as p on c.person = p.person and p."role" = 'guardian'
    inner join provisioned.guardian_rows as r on p.id = r.guardian_id and c."value" in (r.email, r.phone)
    group by c.person, c."value"
)

select
    c.person,
    c."value",
    p."role",
    coalesce(g.first_row.student_id, p.id) as record_id,
    coalesce(g.first_row.line, p.line) as line,
    coalesce(g.first_row.school_id, p.school_id) as school_id
from concerned as c
inner join people as p on c.person = p.person
left join guardians as g on c.person = g.person and c."value" = g."value";

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
    line,
    'teacher_email' as "column",
    'teacher' as record_type,
    teacher_id as record_id,
    school_id
from provisioned.teachers
where email is null or email in (select n."value" from provisioned.placeholders as n);

-- One row a line that names a guardian who cannot have an account. Key: line.
create or replace temp table unreachable as
select
    r.line,
    r.student_id,
    r.school_id
from provisioned.guardian_rows as r
anti join (
    select p.id
    from provisioned.adults as a
    inner join people as p on a.person = p.person
    where p."role" = 'guardian'
) as g on r.guardian_id = g.id;

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
    r.line,
    'guardian_email' as "column",
    r.email as "value",
    'guardian' as record_type,
    first_value(r.student_id) over (partition by p.person order by r.line) as record_id,
    r.school_id
from provisioned.guardian_rows as r
inner join people as p on p."role" = 'guardian' and r.guardian_id = p.id
where r.email is not null and r.name_key != '' and r.name_key != p.name_key;

-- Students without a contact point of their own or of a guardian.
insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'student_without_contact' as code,
    'students.csv' as "file",
    s.line,
    'student' as record_type,
    s.student_id as record_id,
    s.school_id
from provisioned.students as s
inner join provisioned.persons as p on s.student_id = p.student_id
anti join provisioned.winners as own on p.root = own.root
anti join provisioned.ties as t on p.root = t.student;

-- A teacher who is not created is not absent either, nor is a guardian.
insert into valid.left_out
select
    'provisioned/accounts' as found_by,
    'teachers.csv' as "file",
    t.line,
    t.teacher_id as cell
from provisioned.teachers as t
anti join provisioned.accounts as a on t.teacher_id = a.teacher_id;

-- One row a student of whom a guardian was sent who cannot have an account: who is their guardian already stays.
-- Key: student_id.
create or replace table provisioned.guardians_left_out as
select distinct student_id
from unreachable;
