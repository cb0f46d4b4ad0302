-- Who claims which contact points, and who has them: by role (teacher, guardian, student), then by id in byte order.
-- Inputs: people of guardians.sql, whose numbers sort that way, live_teachers, live_students, guardians, further_phones;
-- known_accounts, seen of known.sql; platform_contact_points, landed.drops.
-- Most people share nothing with anybody: they are who they are and get what they claim. Only what differs is a row here.

-- One row a contact point that a person in a role claims. Key: person, value.
create or replace temp view claims as
select
    person,
    "role",
    id,
    first_name,
    last_name,
    email as "value"
from people
where email is not null
union all
select
    person,
    "role",
    id,
    first_name,
    last_name,
    phone
from people
where phone is not null
union all
select
    f.person,
    'guardian',
    g.guardian_id,
    g.first_name,
    g.last_name,
    f."value"
from further_phones as f
inner join guardians as g on f.person = g.person;

-- One row a claim on a contact point that several people claim. Key: person, value.
create or replace temp table rivals as
with contested as (
    select "value"
    from claims
    group by "value"
    having min(person) != max(person)
)

select
    c.person,
    c."role",
    c.id,
    c."value",
    provisioned.name_key(c.first_name, c.last_name) as name_key
from claims as c
semi join contested on c."value" = contested."value";

-- One row a teacher who is not created: without an email, or with one that a teacher before them has. Key: person.
create or replace temp table refused_teachers as
select person
from live_teachers
qualify email is null or person != min(person) over (partition by email);

-- One row a rival guardian who was first known by another contact point than today's, which is their id and place among
-- guardians: so nobody loses a shared phone with a change of email. The account's id tells which it was. Key: person.
create or replace temp table first_known as
with recognised as (
    select
        person,
        min(known) as known
    from seen
    where person in (select r.person from rivals as r where r."role" = 'guardian')
    group by person
    having min(known) = max(known)
),

changed as (
    select
        g.person,
        g.guardian_id,
        k.account_id,
        k.name_key,
        d.district_id
    from recognised as r
    inner join guardians as g on r.person = g.person
    inner join known_accounts as k on r.known = k.known
    cross join landed.drops as d
    where provisioned.account_uuid(d.district_id, 'guardian', g.guardian_id) != k.account_id
)

select
    c.person,
    min(i.id) as id
from changed as c
inner join platform_contact_points as p on c.account_id = p.account_id
cross join lateral (select unnest([p."value", p."value" || ' ' || c.name_key]) as id) as i
where provisioned.account_uuid(c.district_id, 'guardian', i.id) = c.account_id
group by c.person;

-- One row a claim that was lost, with the person who has the contact point. Key: person, value.
create or replace temp table lost_claims as
with entitled as (
    select r.*
    from rivals as r
    anti join refused_teachers as t on r.person = t.person
),

settled as (
    select
        "value",
        min(person) as holder
    from entitled
    group by "value"
),

resettled as (
    select
        e."value",
        arg_min(e.person, { 'role': role_rank(e.person), 'id': coalesce(f.id, e.id), 'person': e.person }) as holder
    from entitled as e
    left join first_known as f on e.person = f.person
    where e."value" in (select r."value" from rivals as r semi join first_known as k on r.person = k.person)
    group by e."value"
),

held as (
    select
        s."value",
        coalesce(r.holder, s.holder) as holder
    from settled as s
    left join resettled as r on s."value" = r."value"
)

select
    r.person,
    r."role",
    r."value",
    h.holder
from rivals as r
inner join held as h on r."value" = h."value"
where r.person != h.holder;
