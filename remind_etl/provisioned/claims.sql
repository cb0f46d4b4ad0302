-- Who claims which contact points, who is one person, and who gets what: by role (teacher, guardian, student), then by id
-- in byte order. Inputs: provisioned.people, whose numbers sort that way; .teachers, .students, .guardian_rows,
-- .placeholders, .known_guardians, .known_accounts.

-- One row a contact point that a person in a role claims. Key: person, value.
create or replace temp table claims as
with sent as (
    select
        'teacher' as "role",
        teacher_id as id,
        unnest([email, phone]) as "value"
    from provisioned.teachers
    union all
    select
        'student',
        student_id,
        unnest([email, phone])
    from provisioned.students
    union all
    select
        'guardian',
        guardian_id,
        any_value(email)
    from provisioned.guardian_rows
    group by guardian_id
    union all
    select distinct
        'guardian',
        guardian_id,
        phone
    from provisioned.guardian_rows
)

select
    p.person,
    p."role",
    s."value"
from sent as s
inner join people as p on s."role" = p."role" and s.id = p.id
anti join provisioned.placeholders as n on s."value" = n."value"
where s."value" is not null;

-- One row a person in a role whose claims count: of teachers, those whose email no teacher before them has. Key: person.
create or replace temp table claimants as
select
    min(person) as person,
    'teacher' as "role"
from claims
where "role" = 'teacher' and contains("value", '@')
group by "value"
union all
select
    person,
    "role"
from people
where "role" != 'teacher';

-- One row a contact point, with the first who claims it. Key: value.
create or replace table provisioned.settled as
select
    c."value",
    min(c.person) as person
from claims as c
semi join claimants as p on c.person = p.person
group by c."value";

-- One row a guardian of the files, with the first of those who are the same account by student and name: a guardian whose
-- contact changed in the rows of some students and not yet of others. Two of one student are two. Key: person.
create or replace table provisioned.guardians as
with seen as (
    select distinct
        p.person,
        g.student_id,
        k.account_id
    from provisioned.guardian_rows as g
    inner join provisioned.known_guardians as k on g.student_id = k.student_id and g.name_key = k.name_key
    inner join people as p on p."role" = 'guardian' and g.guardian_id = p.id
    where not k.is_removed
),

doubtful as (
    select account_id
    from seen
    group by account_id, student_id
    having count(*) > 1
),

sure as (
    select
        s.person,
        min(s.account_id) as account_id
    from seen as s
    group by s.person
    having count(distinct s.account_id) = 1 and min(s.account_id) not in (select d.account_id from doubtful as d)
),

firsts as (
    select
        person,
        min(person) over (partition by account_id) as first_person
    from sure
)

select
    p.person,
    coalesce(f.first_person, p.person) as first_person
from people as p
left join firsts as f on p.person = f.person
where p."role" = 'guardian';

-- One row a contact point and name of a teacher, with the first who claims it. Key: value, name_key.
create or replace temp table named_teachers as
select
    c."value",
    p.name_key,
    min(c.person) as person
from claims as c
inner join people as p on c.person = p.person
semi join claimants as t on c.person = t.person
where c."role" = 'teacher' and p."role" = 'teacher' and p.name_key != ''
group by c."value", p.name_key;

-- One row a guardian who is a teacher too: the same contact point and name. Key: first_person.
create or replace temp table teaching_guardians as
select
    g.first_person,
    min(t.person) as teacher
from claims as c
inner join named_teachers as t on c."value" = t."value"
inner join people as p on c.person = p.person and t.name_key = p.name_key
inner join provisioned.guardians as g on c.person = g.person
group by g.first_person;

-- One row a teacher or guardian who can have an account, with the root: the person as whom they are known in the end.
-- The same contact point and name in a higher role is the same person. Key: person.
create or replace table provisioned.adults as
with reachable as (
    select distinct g.first_person
    from provisioned.settled as s
    inner join provisioned.guardians as g on s.person = g.person
)

select
    person,
    person as root
from claimants
where "role" = 'teacher'
union all
select
    g.person,
    coalesce(t.teacher, g.first_person) as root
from provisioned.guardians as g
left join teaching_guardians as t on g.first_person = t.first_person
left join reachable as r on g.first_person = r.first_person
where t.teacher is not null or r.first_person is not null;

-- One row a person in a role who can have an account, with the root, students too. An account is at most one student, so
-- of several the first is; a student whom the platform knows by an account of their own keeps it. Key: person.
create or replace table provisioned.roots as
with students as (
    select
        c.person,
        c."value",
        p.name_key
    from claims as c
    inner join people as p on c.person = p.person
    anti join provisioned.known_accounts as k on p.id = k.student_id and k.roles = 'student'
    where c."role" = 'student' and p.name_key != ''
),

adults as (
    select
        c."value",
        p.name_key,
        min(c.person) as person
    from claims as c
    semi join students as s on c."value" = s."value"
    inner join provisioned.adults as a on c.person = a.person
    inner join people as p on c.person = p.person
    group by c."value", p.name_key
),

same as (
    select
        s.person,
        min(a.person) as adult
    from students as s
    inner join adults as a on s."value" = a."value" and s.name_key = a.name_key
    group by s.person
),

first_students as (
    select
        a.root,
        min(s.person) as person
    from same as s
    inner join provisioned.adults as a on s.adult = a.person
    group by a.root
)

from provisioned.adults
union all
select
    p.person,
    coalesce(f.root, p.person) as root
from people as p
left join first_students as f on p.person = f.person
where p."role" = 'student';

-- One row a contact point, with the root of the person who gets it. The value tells the kind: an email has an @, and no
-- phone has one. Key: value.
create or replace view provisioned.winners as
select
    s."value",
    if(contains(s."value", '@'), 'email', 'phone') as kind,
    s.person,
    r.root
from provisioned.settled as s
inner join provisioned.roots as r on s.person = r.person;
