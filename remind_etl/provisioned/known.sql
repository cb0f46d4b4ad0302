-- Whom the platform knows of the district, removed or not. Inputs: platform_accounts, platform_contact_points,
-- platform_guardianships; live_students of people.sql; student_lines, guardians, further_phones of guardians.sql.

-- The name-based UUID (RFC 9562, version 5) of a text, from the SHA-1 of namespace and text.
create or replace macro provisioned.uuid_of(digest) as
concat_ws(
    '-',
    digest[1:8],
    digest[9:12],
    '5' || digest[14:16],
    '89ab89ab89ab89ab'[instr('0123456789abcdef', digest[17])] || digest[18:20],
    digest[21:32]
);

create or replace macro provisioned.account_uuid(district_id, "role", id) as
provisioned.uuid_of(
    sha1(unhex('f3a1c6d2b95e4c0f8a7d1e2b6c9f5d04') || encode(concat_ws(':', district_id, "role", id)))
);

-- One row an account, numbered. Key: known; account_id.
create or replace temp table known_accounts as
select
    row_number() over () as known,
    account_id,
    roles,
    teacher_id,
    student_id,
    provisioned.name_key(first_name, last_name) as name_key,
    removed_at
from platform_accounts;

-- One row a contact point that an account has, or had when it was removed. One that it gave up tells nothing: it may be
-- anybody's by now. Key: known, value.
create or replace temp view known_contacts as
select
    k.known,
    c.kind,
    c."value"
from platform_contact_points as c
inner join known_accounts as k on c.account_id = k.account_id
where c.removed_at is null or c.removed_at = k.removed_at;

-- One row a line of a guardian and an account that is known as guardian of the same student by the same name; is_removed
-- where account or guardianship was removed.
-- Key: none, as a guardian may have several lines of a student.
create or replace temp table seen as
with known_guardians as (
    select
        s.person as student,
        k.name_key,
        k.known,
        g.removed_at is not null or k.removed_at is not null as is_removed
    from platform_guardianships as g
    inner join known_accounts as k on g.guardian_account_id = k.account_id
    inner join live_students as s on g.student_id = s.student_id
    where k.name_key != ''
)

select
    l.guardian as person,
    l.student,
    k.known,
    k.is_removed
from student_lines as l
inner join known_guardians as k on l.student = k.student and l.name_key = k.name_key
where l.guardian is not null;

-- Who is no guardian of the student any more stands back where those who are have accounts enough for all of the name.
delete from seen
where (student, known) in (
    select (s.student, s.known)
    from (from seen where student in (select r.student from seen as r where r.is_removed)) as s
    inner join known_accounts as k on s.known = k.known
    qualify
        s.is_removed
        and count(distinct s.person) over (partition by s.student, k.name_key)
        <= count(distinct s.known) filter (where not s.is_removed) over (partition by s.student, k.name_key)
);

-- One row a guardian and account of such that are several for one student and name, as a father and a son may be.
-- Key: student, person, known.
create or replace temp table namesakes as
with suspects as (
    select s.*
    from seen as s
    where
        s.known in (select k.known from seen as k group by k.known having min(k.person) != max(k.person))
        or s.person in (select p.person from seen as p group by p.person having min(p.known) != max(p.known))
)

select distinct
    student,
    person,
    known,
    is_removed
from suspects
qualify
    min(person) over (partition by student, known) != max(person) over (partition by student, known)
    or min(known) over (partition by student, person) != max(known) over (partition by student, person);

-- One row such a guardian with the account that is theirs: by the email, else the phone, that it has, else as the only one
-- by this name for another student. Who is left of a student and name has the account that is left, if there is one of
-- either; of accounts those that are removed stand back. Key: person; known.
create or replace temp table told_apart as
with contacts as (
    select
        person,
        email as "value",
        1 as way
    from guardians
    union all
    select
        person,
        phone,
        2
    from guardians
    union all
    select
        person,
        "value",
        2
    from further_phones
),

signs as (
    select
        n.person,
        n.known,
        c.way
    from (select distinct
        person,
        known
    from namesakes) as n
    inner join contacts as c on n.person = c.person
    inner join known_contacts as k on n.known = k.known and c."value" = k."value"
    union all
    select
        s.person,
        s.known,
        3
    from seen as s
    anti join namesakes as n on s.student = n.student and s.person = n.person
    where (s.person, s.known) in (select (o.person, o.known) from namesakes as o)
),

surest as (
    select
        known,
        min(way) as way,
        arg_min(person, { 'way': way, 'person': person }) as person
    from signs
    group by known
),

certain as (
    select
        s.person,
        s.known
    from surest as s
    inner join known_accounts as k on s.known = k.known
    qualify row_number() over (partition by s.person order by s.way, k.account_id) = 1
),

remaining as (
    select *
    from namesakes
    where person not in (select c.person from certain as c) and known not in (select c.known from certain as c)
    qualify is_removed = bool_and(is_removed) over (partition by student, person)
),

alone as (
    select
        person,
        known
    from remaining
    qualify count(*) over (partition by student, known) = 1 and count(*) over (partition by student, person) = 1
)

from certain
union
from alone;

delete from seen
where (person, known) in (
    select (n.person, n.known)
    from namesakes as n
    anti join told_apart as t on n.person = t.person and n.known = t.known
);
