-- Which account is whose, of those that the platform holds of the district, removed ones too.
-- Inputs: persons, winners, others of persons.sql; known_accounts, known_contacts, seen of known.sql.

-- One row a guardian and an account that is known as guardian of the same student by the same name. Key: root, known.
create or replace temp table by_student as
select distinct
    coalesce(o.root, s.person) as root,
    s.known
from seen as s
left join others as o on s.person = o.person
where o.person is null or o.root is not null;

-- One row a person and the account with their teacher id (1) or student id (2). Key: none.
create or replace temp table by_id as
select
    p.root,
    k.known,
    1 as way
from persons as p
inner join known_accounts as k on p.teacher_id = k.teacher_id
union all
select
    p.root,
    k.known,
    2 as way
from persons as p
inner join known_accounts as k on p.student_id = k.student_id;

-- One row a guardian and an account that have a contact point in common. It is asked only where nothing surer tells whose
-- the account is: those found by no id and no student, or by students of several guardians, or with others by one.
-- Key: root, value.
create or replace temp table by_contact as
with unclear as (
    select known
    from known_accounts
    anti join by_id on known_accounts.known = by_id.known
    anti join by_student on known_accounts.known = by_student.known
    union
    select known
    from by_student
    group by known
    having count(*) > 1
    union
    select b.known
    from by_student as b
    semi join (
        select o.root
        from by_student as o
        group by o.root
        having count(*) > 1
    ) as r on b.root = r.root
),

contacts as (
    select
        k.known,
        k.roles,
        k.name_key,
        c."value"
    from known_contacts as c
    inner join known_accounts as k on c.known = k.known
    semi join unclear as u on c.known = u.known
)

select
    p.root,
    c.known,
    w.kind,
    provisioned.name_key(p.first_name, p.last_name) = c.name_key as is_same_name,
    contains(c.roles, 'guardian') as was_guardian
from winners as w
inner join contacts as c on w."value" = c."value"
inner join persons as p on w.root = p.root
where p.is_guardian;

-- One row a way in which the platform may know a person, the surest first: by teacher id, by student id; a guardian by
-- student and name, first where the email is the same too, then the phone; then by email, then by phone and name. Key: none.
create or replace temp view ways as
from by_id
union all
select
    s.root,
    s.known,
    case c.kind when 'email' then 3 when 'phone' then 4 else 5 end as way
from by_student as s
left join (
    select
        root,
        known,
        min(kind) as kind
    from by_contact
    group by root, known
) as c on s.root = c.root and s.known = c.known
union all
select
    root,
    known,
    case kind when 'email' then 6 else 7 end as way
from by_contact
where is_same_name or (kind = 'email' and was_guardian);

-- One row an account that the platform holds, with the person who has the surest claim on it, the first of several.
-- Key: known.
create or replace temp table claimed_accounts as
with surest as (
    select
        known,
        min(way * 10000000000 + root) as claim
    from ways
    group by known
)

select
    known,
    claim // 10000000000 as way,
    claim % 10000000000 as root
from surest;

-- One row a person whom the platform already knows, with the account they keep: of several the surest, one that is not
-- removed before others. Key: root; known.
create or replace temp table recognised as
with found as (
    select
        root,
        min(known) as known,
        count(*) as accounts
    from claimed_accounts
    group by root
)

select
    root,
    known
from found
where accounts = 1
union all
select
    c.root,
    arg_min(c.known, { 'way': c.way, 'is_removed': k.removed_at is not null, 'account_id': k.account_id }) as known
from claimed_accounts as c
inner join found as f on c.root = f.root and f.accounts > 1
inner join known_accounts as k on c.known = k.known
group by c.root;

-- One row a contact point of a person whom the platform does not know of the district. Key: value.
create or replace temp view unknown_contacts as
select
    w.kind,
    w."value"
from winners as w
anti join recognised as r on w.root = r.root;
