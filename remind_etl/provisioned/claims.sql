-- Who is one person, and who gets a contact point: by role (teacher, guardian, student), then by id in byte order.
-- Inputs: provisioned.people, provisioned.claims, whose keys sort that way.

-- A person in a role who can have an account: a teacher needs an email that no teacher before them claims. Key: key.
create or replace table provisioned.candidates as
select
    p."key",
    p."role"
from provisioned.people as p
left join (
    select distinct min("key") as "key"
    from provisioned.claims
    where "key" < '1' and kind = 'email'
    group by "value"
) as sure_teachers on p."key" = sure_teachers."key"
where p."role" != 'teacher' or sure_teachers."key" is not null;

-- One row a person in a role, with the root: the key under which they are known in the end. The same contact point and
-- name in a higher role is the same person. An account is at most one student, so of several the first is. Key: key.
create or replace table provisioned.roots as
with same as (
    select
        later."key",
        min(earlier."key") as upper_key
    from provisioned.claims as later
    inner join provisioned.claims as earlier
        on later.kind = earlier.kind and later."value" = earlier."value" and later.name_key = earlier.name_key
    inner join provisioned.candidates as c on earlier."key" = c."key"
    where later.name_key != '' and earlier."key" < left(later."key", 1)
    group by later."key"
),

followed as (
    select
        c."key",
        c."role",
        coalesce(again.upper_key, s.upper_key, c."key") as root
    from provisioned.candidates as c
    left join same as s on c."key" = s."key"
    left join same as again on s.upper_key = again."key"
)

select
    "key",
    case
        when "role" = 'student' and "key" > min("key") filter (where "role" = 'student') over (partition by root) then "key"
        else root
    end as root
from followed;

-- One row a contact point, with the root of the person who gets it. Key: kind, value.
create or replace table provisioned.winners as
select
    c.kind,
    c."value",
    min(r.root) as root
from provisioned.claims as c
inner join provisioned.roots as r on c."key" = r."key"
group by c.kind, c."value";
