-- Who is one person, and who gets a contact point: by role (teacher, guardian, student), then by id in byte order.
-- Inputs: provisioned.people, provisioned.claims, whose keys sort that way; provisioned.guardian_rows, .known_guardians.

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
