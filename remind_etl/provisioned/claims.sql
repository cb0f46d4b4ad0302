-- Who is one person, and who gets a contact point: by role (teacher, guardian, student), then by id in byte order.
-- Inputs: provisioned.people, .claims, whose keys sort that way; .guardian_rows, .known_guardians, .known_accounts.

-- One row a person in a role whose claims count: of teachers, those whose email no teacher before them has. Key: key.
create or replace table provisioned.claimants as
select
    min("key") as "key",
    'teacher' as "role"
from provisioned.claims
where "key" < '1' and kind = 'email'
group by "value"
union all
select
    "key",
    "role"
from provisioned.people
where "role" != 'teacher';

-- One row a contact point, with the first who claims it. Key: kind, value.
create or replace table provisioned.settled as
select
    c.kind,
    c."value",
    min(c."key") as "key"
from provisioned.claims as c
semi join provisioned.claimants as p on c."key" = p."key"
group by c.kind, c."value";

-- One row a guardian of the files, with the first of those who are the same account by student and name: a guardian whose
-- contact changed in the rows of some students and not yet of others. Two of one student are two. Key: key.
create or replace table provisioned.guardians as
with seen as (
    select distinct
        g."key",
        g.student_id,
        k.account_id
    from provisioned.guardian_rows as g
    inner join provisioned.known_guardians as k on g.student_id = k.student_id and g.name_key = k.name_key
    where g."key" is not null and not k.is_removed
),

doubtful as (
    select account_id
    from seen
    group by account_id, student_id
    having count(*) > 1
),

sure as (
    select
        s."key",
        min(s.account_id) as account_id
    from seen as s
    group by s."key"
    having count(distinct s.account_id) = 1 and min(s.account_id) not in (select d.account_id from doubtful as d)
)

select
    p."key",
    coalesce(min(s."key") over (partition by s.account_id), p."key") as first_key
from provisioned.claimants as p
left join sure as s on p."key" = s."key"
where p."role" = 'guardian';

-- One row a teacher or guardian who can have an account, with the root: the key under which they are known in the end.
-- The same contact point and name in a higher role is the same person. Key: key.
create or replace table provisioned.adults as
with teachers as (
    select
        c.kind,
        c."value",
        c.name_key,
        min(c."key") as "key"
    from provisioned.claims as c
    semi join provisioned.claimants as p on c."key" = p."key"
    where c."key" < '1' and c.name_key != ''
    group by c.kind, c."value", c.name_key
),

guardians as (
    select
        g.first_key,
        min(t."key") as teacher_key,
        bool_or(s."key" is not null) as has_contact
    from provisioned.guardians as g
    left join provisioned.claims as c on g."key" = c."key"
    left join teachers as t on c.kind = t.kind and c."value" = t."value" and c.name_key = t.name_key
    left join provisioned.settled as s on c.kind = s.kind and c."value" = s."value" and g."key" = s."key"
    group by g.first_key
)

select
    "key",
    "key" as root
from provisioned.claimants
where "role" = 'teacher'
union all
select
    g."key",
    coalesce(a.teacher_key, a.first_key) as root
from provisioned.guardians as g
inner join guardians as a on g.first_key = a.first_key
where a.teacher_key is not null or a.has_contact;

-- One row a person in a role who can have an account, with the root, students too. An account is at most one student, so
-- of several the first is; a student whom the platform knows by an account of their own keeps it. Key: key.
create or replace table provisioned.roots as
with adults as (
    select
        c.kind,
        c."value",
        c.name_key,
        min(c."key") as "key"
    from provisioned.claims as c
    semi join provisioned.adults as a on c."key" = a."key"
    where c.name_key != ''
    group by c.kind, c."value", c.name_key
),

same as (
    select
        s."key",
        min(a."key") as adult_key
    from provisioned.claims as s
    inner join adults as a on s.kind = a.kind and s."value" = a."value" and s.name_key = a.name_key
    left join provisioned.known_accounts as k on s."key" = '2' || k.student_id and k.roles = 'student'
    where s."key" >= '2' and k.account_id is null
    group by s."key"
),

first_students as (
    select
        a.root,
        min(s."key") as "key"
    from same as s
    inner join provisioned.adults as a on s.adult_key = a."key"
    group by a.root
)

from provisioned.adults
union all
select
    p."key",
    coalesce(f.root, p."key") as root
from provisioned.claimants as p
left join first_students as f on p."key" = f."key"
where p."role" = 'student';

-- One row a contact point, with the root of the person who gets it. Key: kind, value.
create or replace table provisioned.winners as
select
    s.kind,
    s."value",
    r.root
from provisioned.settled as s
inner join provisioned.roots as r on s."key" = r."key";
