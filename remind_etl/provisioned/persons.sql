-- Who is one person, and what each person gets. Inputs: people of guardians.sql; seen of known.sql; claims, rivals,
-- refused_teachers, lost_claims of claims.sql; known_accounts.

-- One row a guardian of the files who is one with others by student and name, with the first of them: a guardian whose
-- contact changed in the rows of some students and not yet of others. Key: person.
create or replace temp table regrouped as
with several as (
    select known
    from seen
    where not is_removed
    group by known
    having min(person) != max(person)
),

sure as (
    select
        s.person,
        min(s.known) as known
    from seen as s
    where not s.is_removed and s.person in (select o.person from seen as o semi join several as v on o.known = v.known)
    group by s.person
    having count(distinct s.known) = 1
)

select
    s.person,
    min(s.person) over (partition by s.known) as first_person
from sure as s
semi join several as v on s.known = v.known;

-- One row a guardian who is a teacher too: the same contact point and name. Key: first_person.
create or replace temp table teaching_guardians as
with named_teachers as (
    select
        r."value",
        r.name_key,
        min(r.person) as person
    from rivals as r
    anti join refused_teachers as t on r.person = t.person
    where r."role" = 'teacher' and r.name_key != ''
    group by r."value", r.name_key
)

select
    coalesce(g.first_person, r.person) as first_person,
    min(t.person) as teacher
from rivals as r
inner join named_teachers as t on r."value" = t."value" and r.name_key = t.name_key
left join regrouped as g on r.person = g.person
where r."role" = 'guardian'
group by all;

-- One row a teacher or guardian who is known as another person in the end, their root, or who can have no account: then
-- there is none. The same contact point and name in a higher role is the same person. Key: person.
create or replace temp table other_adults as
with concerned as (
    select
        person,
        first_person
    from regrouped
    union
    select
        l.person,
        coalesce(g.first_person, l.person)
    from lost_claims as l
    left join regrouped as g on l.person = g.person
    where l."role" = 'guardian'
    union
    select
        first_person as person,
        first_person
    from teaching_guardians
),

empty_handed as (
    select c.person
    from claims as c
    semi join lost_claims as o on c.person = o.person
    left join lost_claims as l on c.person = l.person and c."value" = l."value"
    group by c.person
    having count(*) = count(l.person)
),

reachable as (
    select distinct c.first_person
    from concerned as c
    anti join empty_handed as e on c.person = e.person
),

settled as (
    select
        c.person,
        coalesce(t.teacher, r.first_person) as root
    from concerned as c
    left join teaching_guardians as t on c.first_person = t.first_person
    left join reachable as r on c.first_person = r.first_person
)

select
    person,
    null::bigint as root
from refused_teachers
union all
select
    person,
    root
from settled
where root is distinct from person;

-- One row a person in a role who is known as another, or who can have no account, students too. An account is at most one
-- student, so of several the first is; a student whom the platform knows by an account of their own keeps it. Key: person.
create or replace temp table others as
with students as (
    select
        r.person,
        r."value",
        r.name_key
    from rivals as r
    anti join known_accounts as k on r.id = k.student_id and k.roles = 'student'
    where r."role" = 'student' and r.name_key != ''
),

adults as (
    select
        r."value",
        r.name_key,
        min(r.person) as person
    from rivals as r
    left join other_adults as o on r.person = o.person
    where r."role" != 'student' and (o.person is null or o.root is not null)
    group by r."value", r.name_key
),

same as (
    select
        s.person,
        min(a.person) as adult
    from students as s
    inner join adults as a on s."value" = a."value" and s.name_key = a.name_key
    group by s.person
)

from other_adults
union all
select
    min(s.person) as person,
    coalesce(o.root, s.adult) as root
from same as s
left join other_adults as o on s.adult = o.person
group by all;

-- One row a person who can have an account, with the ids of all their roles. These are nearly all people: of an anti join
-- DuckDB would guess that it leaves few, and join all that follows the wrong way round. Key: root.
create or replace temp view persons as
with merged as (
    select
        o.root,
        bool_or(p."role" = 'guardian') as is_guardian,
        max(p.id) filter (where p."role" = 'student') as student_id,
        max(p.dob) as dob,
        max(p.grade) as grade
    from others as o
    inner join people as p on o.person = p.person
    where o.root is not null
    group by o.root
)

select
    p.person as root,
    p."role",
    p.id,
    p."role" = 'guardian' or coalesce(m.is_guardian, false) as is_guardian,
    case when p."role" = 'teacher' then p.id end as teacher_id,
    case when p."role" = 'student' then p.id else m.student_id end as student_id,
    p.first_name,
    p.last_name,
    p.email,
    p.phone,
    coalesce(p.dob, m.dob) as dob,
    coalesce(p.grade, m.grade) as grade
from people as p
left join (select
    person,
    true as is_other
from others) as o on p.person = o.person
left join merged as m on p.person = m.root
where o.is_other is not true;

-- One row a contact point, with the person who gets it and their root. Key: value.
create or replace temp view winners as
select
    c."value",
    contact_kind(c."value") as kind,
    c.person,
    coalesce(o.root, c.person) as root
from claims as c
anti join lost_claims as l on c.person = l.person and c."value" = l."value"
left join others as o on c.person = o.person
where o.person is null or o.root is not null;
