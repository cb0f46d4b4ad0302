-- Which account is whose. Inputs: provisioned.people, .roots, .winners, .guardian_rows, landed.drops, and what the
-- platform holds of the district, removed records too: provisioned.known_accounts, .known_contacts, .known_guardians.

-- The name-based UUID (RFC 9562, version 5) of a text, from the SHA-1 of namespace and text.
create or replace macro provisioned.uuid_of(digest) as
concat_ws(
    '-',
    digest[1:8],
    digest[9:12],
    '5' || digest[14:16],
    ['8', '9', 'a', 'b'][(instr('0123456789abcdef', digest[17]) - 1) % 4 + 1] || digest[18:20],
    digest[21:32]
);

create or replace macro provisioned.account_uuid(district_id, "role", id) as
provisioned.uuid_of(
    sha1(unhex('f3a1c6d2b95e4c0f8a7d1e2b6c9f5d04') || encode(concat_ws(':', district_id, "role", id)))
);

-- One row a person who can have an account, with what all their roles say. Key: root.
create or replace table provisioned.persons as
select
    r.root,
    arg_min(p.first_name, p."key") as first_name,
    arg_min(p.last_name, p."key") as last_name,
    arg_min(p.name_key, p."key") as name_key,
    arg_min(p."role", p."key") as "role",
    arg_min(p.id, p."key") as id,
    bool_or(p."role" = 'guardian') as is_guardian,
    max(p.id) filter (where p."role" = 'teacher') as teacher_id,
    max(p.id) filter (where p."role" = 'student') as student_id
from provisioned.roots as r
inner join provisioned.people as p on r."key" = p."key"
group by r.root;

-- One row a way in which the platform may know a person, the surest first: by teacher id, by student id; a guardian by
-- student and name, first where a contact point is the same too; then by email, then by phone and name.
create or replace table provisioned.ways as
with by_student as (
    select distinct
        r.root,
        k.account_id
    from provisioned.guardian_rows as g
    inner join provisioned.roots as r on g."key" = r."key"
    inner join provisioned.known_guardians as k on g.student_id = k.student_id and g.name_key = k.name_key
),

by_contact as (
    select
        w.root,
        w.kind,
        k.account_id,
        p.name_key = k.name_key and p.name_key != '' as is_same_name,
        contains(k.roles, 'guardian') as was_guardian
    from provisioned.winners as w
    inner join provisioned.known_contacts as c on w.kind = c.kind and w."value" = c."value"
    inner join provisioned.known_accounts as k on c.account_id = k.account_id
    inner join provisioned.persons as p on w.root = p.root
    where p.is_guardian
)

select
    p.root,
    k.account_id,
    1 as way
from provisioned.persons as p
inner join provisioned.known_accounts as k on p.teacher_id = k.teacher_id
union all
select
    p.root,
    k.account_id,
    2 as way
from provisioned.persons as p
inner join provisioned.known_accounts as k on p.student_id = k.student_id
union all
select
    s.root,
    s.account_id,
    case when c.root is null then 4 else 3 end as way
from by_student as s
left join (select distinct
    root,
    account_id
from by_contact) as c on s.root = c.root and s.account_id = c.account_id
union all
select
    root,
    account_id,
    case kind when 'email' then 5 else 6 end as way
from by_contact
where is_same_name or (kind = 'email' and was_guardian);

-- One row a person whom the platform already knows, with the account they keep: first the surest claim on each account,
-- then for each person the surest of the accounts won, one that is not removed before others. Key: root; account_id.
create or replace table provisioned.recognised as
with won as (
    select
        account_id,
        min(way) as way,
        arg_min(root, { 'way': way, 'root': root }) as root
    from provisioned.ways
    group by account_id
)

select
    w.root,
    arg_min(w.account_id, { 'way': w.way, 'is_removed': k.is_removed, 'account_id': w.account_id }) as account_id
from won as w
inner join provisioned.known_accounts as k on w.account_id = k.account_id
group by w.root;

-- One row a person with the account's id: the one they keep, or one from district, role and id; where that is the id of
-- an account that is somebody else's by now, it is counted on. Key: root; account_id.
create or replace table provisioned.identities as
with fresh as (
    select
        p.root,
        p."role",
        p.id,
        d.district_id,
        provisioned.account_uuid(d.district_id, p."role", p.id) as account_id
    from provisioned.persons as p
    cross join landed.drops as d
    anti join provisioned.recognised as r on p.root = r.root
),

counted as (
    select
        f.root,
        n.nth,
        provisioned.account_uuid(f.district_id, f."role" || '#' || n.nth, f.id) as account_id
    from fresh as f
    semi join provisioned.known_accounts as k on f.account_id = k.account_id
    cross join range(2, 100) as n (nth)
)

select
    root,
    account_id
from provisioned.recognised
union all
select
    f.root,
    f.account_id
from fresh as f
anti join provisioned.known_accounts as k on f.account_id = k.account_id
union all
select
    c.root,
    arg_min(c.account_id, c.nth) as account_id
from counted as c
anti join provisioned.known_accounts as k on c.account_id = k.account_id
group by c.root;
