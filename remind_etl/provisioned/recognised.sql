-- Which account is whose, of those that the platform holds of the district, removed ones too.
-- Inputs: provisioned.people, .roots, .winners, .guardian_rows, .known_accounts, .known_contacts, .known_guardians.

-- One row a person who can have an account, with the ids of all their roles. Key: root.
create or replace table provisioned.persons as
with others as (
    select
        r.root,
        bool_or(p."role" = 'guardian') as is_guardian,
        max(p.id) filter (where p."role" = 'student') as student_id
    from provisioned.roots as r
    inner join people as p on r.person = p.person
    where r.person != r.root
    group by r.root
)

select
    p.person as root,
    p."role",
    p.id,
    p."role" = 'guardian' or coalesce(o.is_guardian, false) as is_guardian,
    case when p."role" = 'teacher' then p.id end as teacher_id,
    case when p."role" = 'student' then p.id else o.student_id end as student_id
from provisioned.roots as r
inner join people as p on r.person = p.person
left join others as o on r.person = o.root
where r.person = r.root;

-- One row a way in which the platform may know a person, the surest first: by teacher id, by student id; a guardian by
-- student and name, first where a contact point is the same too; then by email, then by phone and name. Key: none.
create or replace table provisioned.ways as
with by_student as (
    select distinct
        r.root,
        k.account_id
    from provisioned.guardian_rows as g
    inner join provisioned.known_guardians as k on g.student_id = k.student_id and g.name_key = k.name_key
    inner join people as p on p."role" = 'guardian' and g.guardian_id = p.id
    inner join provisioned.roots as r on p.person = r.person
),

by_contact as (
    select
        w.root,
        w.kind,
        k.account_id,
        n.name_key = k.name_key and n.name_key != '' as is_same_name,
        contains(k.roles, 'guardian') as was_guardian
    from provisioned.winners as w
    inner join provisioned.known_contacts as c on w."value" = c."value"
    inner join provisioned.known_accounts as k on c.account_id = k.account_id
    inner join provisioned.persons as p on w.root = p.root
    inner join people as n on w.root = n.person
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

-- One row a contact point of a person whom the platform does not know of the district. Key: value.
create or replace temp view unknown_contacts as
select
    w.kind,
    w."value"
from provisioned.winners as w
anti join provisioned.recognised as r on w.root = r.root;
