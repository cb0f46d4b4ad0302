-- What is wrong with the people: contact points that others have, teachers and guardians who cannot have an account.
-- A guardian has no id in the files, so the student's stands for it. Inputs: provisioned.*.

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    case
        when p."role" = 'teacher' and c.kind = 'email' then 'email_taken'
        when c.kind = 'phone' then 'phone_taken'
        when p."role" = 'guardian' then 'guardian_email_taken'
        else 'student_email_taken'
    end as code,
    case p."role" when 'teacher' then 'teachers.csv' else 'students.csv' end as "file",
    c.line,
    c."column",
    c."value",
    p."role" as record_type,
    coalesce(g.student_id, p.id) as record_id,
    p.school_id
from provisioned.claims as c
inner join provisioned.people as p on c."key" = p."key"
inner join provisioned.winners as w on c.kind = w.kind and c."value" = w."value"
left join provisioned.roots as r on c."key" = r."key"
left join provisioned.guardian_rows as g on p."role" = 'guardian' and c.line = g.line
where r.root is distinct from w.root and not (p."role" = 'teacher' and r.root is null and c.kind = 'phone');

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
where email is null;

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'guardian_without_contact' as code,
    'students.csv' as "file",
    g.line,
    'guardian' as record_type,
    g.student_id as record_id,
    g.school_id
from provisioned.guardian_rows as g
anti join provisioned.roots as r on g."key" = r."key";

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'contact_name_differs' as code,
    'students.csv' as "file",
    g.line,
    'guardian_email' as "column",
    g.email as "value",
    'guardian' as record_type,
    first_value(g.student_id) over (partition by g."key" order by g.line) as record_id,
    g.school_id
from provisioned.guardian_rows as g
inner join provisioned.people as p on g."key" = p."key"
where g.email is not null and g.name_key != '' and g.name_key != p.name_key;

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
inner join provisioned.accounts as a on s.student_id = a.student_id
anti join provisioned.contact_points as own on a.account_id = own.account_id
anti join provisioned.guardianships as g on a.account_id = g.student_account_id;

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
select distinct g.student_id
from provisioned.guardian_rows as g
anti join provisioned.roots as r on g."key" = r."key";
