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

-- One row a person with what all their roles say. A guardian without a contact point of their own is none. Key: root.
create or replace table provisioned.persons as
with in_all_roles as (
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
    group by r.root
)

select *
from in_all_roles
where
    teacher_id is not null
    or student_id is not null
    or root in (select w.root from provisioned.winners as w);

-- One row a person whom the platform already knows, with the account they keep: known by teacher or student id, else as
-- guardian of the same student by the same name, else by a contact point. Key: root; account_id.
create or replace table provisioned.recognised as
with ways as (
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
        2
    from provisioned.persons as p
    inner join provisioned.known_accounts as k on p.student_id = k.student_id
    union all
    select
        r.root,
        k.account_id,
        3
    from provisioned.guardian_rows as g
    inner join provisioned.roots as r on r."key" = '1' || g.guardian_id
    inner join provisioned.known_guardians as k on g.student_id = k.student_id
    inner join provisioned.known_accounts as a on k.account_id = a.account_id
    where g.name_key = provisioned.name_key(a.first_name, a.last_name) and g.name_key != ''
    union all
    select
        p.root,
        c.account_id,
        case w.kind when 'email' then 4 else 5 end
    from provisioned.winners as w
    inner join provisioned.persons as p on w.root = p.root
    inner join provisioned.known_contacts as c on w.kind = c.kind and w."value" = c."value"
    inner join provisioned.known_accounts as a on c.account_id = a.account_id
    where
        p.is_guardian
        and contains(a.roles, 'guardian')
        and (w.kind = 'email' or p.name_key = provisioned.name_key(a.first_name, a.last_name))
),

-- First the best claim on each account, then for each person the best of the accounts won.
best as (
    select
        w.account_id,
        arg_min(w.root, {'way': w.way, 'root': w.root}) as root,
        min(w.way) as way
    from ways as w
    inner join provisioned.persons as p on w.root = p.root
    group by w.account_id
)

select
    root,
    arg_min(account_id, {'way': way, 'account_id': account_id}) as account_id
from best
group by root;

-- One row a person with the account's id: the one they keep, or one from district, role and id; where that is the id of
-- an account that is somebody else's by now, the id is counted on. Key: root; account_id.
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
        provisioned.account_uuid(f.district_id, f."role", f.id || '#' || n.nth) as account_id
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
    arg_min(c.account_id, c.nth)
from counted as c
anti join provisioned.known_accounts as k on c.account_id = k.account_id
group by c.root;
