-- The accounts. Inputs: persons, winners, others of persons.sql; lost_claims of claims.sql; student_lines,
-- further_phones of guardians.sql; live_teachers; known_accounts, recognised, counted; provisioned.linked, .live_schools;
-- landed.drops.
-- What an account has is kept by the number of the person, and shown with the account's id by views.

-- One row a person who may have other contact points than what they claim first, with those that the account names: of
-- several emails or phones the highest role's, then the first in byte order. So the order of rows changes nothing. Key: root.
create or replace temp table renamed as
with changed as (
    select root
    from others
    where root is not null
    union
    select coalesce(o.root, f.person)
    from further_phones as f
    left join others as o on f.person = o.person
    union
    select coalesce(o.root, l.person)
    from lost_claims as l
    left join others as o on l.person = o.person
),

won as (
    select
        w.root,
        w.kind,
        w."value",
        { 'role': role_rank(w.person), 'value': w."value" } as place
    from winners as w
    semi join changed as c on w.root = c.root
)

select
    c.root,
    arg_min(w."value", w.place) filter (where w.kind = 'email') as email,
    arg_min(w."value", w.place) filter (where w.kind = 'phone') as phone
from changed as c
left join won as w on c.root = w.root
group by c.root;

-- One row a contact point beside those that the account names. Key: value.
create or replace table provisioned.further_contact_points as
select
    w.root,
    w.kind,
    w."value"
from winners as w
inner join renamed as r on w.root = r.root
where w."value" is distinct from r.email and w."value" is distinct from r.phone;

-- One row an account, with the name that its first role gives, and its id: the one it keeps or is linked to, else one from
-- district, role and id. Key: root; account_id.
create or replace table provisioned.account_rows as
select
    p.root,
    coalesce(
        k.account_id,
        l.account_id,
        c.account_id,
        provisioned.account_uuid(d.district_id, p."role", p.id)
    ) as account_id,
    concat_ws(
        '+',
        case when p.teacher_id is not null then 'teacher' end,
        case when p.is_guardian then 'guardian' end,
        case when p.student_id is not null then 'student' end
    ) as roles,
    p.teacher_id,
    p.student_id,
    p.first_name,
    p.last_name,
    case when n.root is null then p.email else n.email end as email,
    case when n.root is null then p.phone else n.phone end as phone,
    p.dob::varchar as dob,
    p.grade
from persons as p
cross join landed.drops as d
left join renamed as n on p.root = n.root
left join recognised as r on p.root = r.root
left join known_accounts as k on r.known = k.known
left join provisioned.linked as l on p.root = l.root
left join counted as c on p.root = c.root;

create or replace view provisioned.accounts as
select * exclude (root)
from provisioned.account_rows;

-- One row a person, with the account's id. Key: root; account_id.
create or replace view provisioned.identities as
select
    root,
    account_id
from provisioned.account_rows;

-- One row a contact point, with the one account that has it. Key: value.
create or replace view provisioned.contact_points as
select
    account_id,
    'email' as kind,
    email as "value"
from provisioned.account_rows
where email is not null
union all
select
    account_id,
    'phone',
    phone
from provisioned.account_rows
where phone is not null
union all
select
    i.account_id,
    f.kind,
    f."value"
from provisioned.further_contact_points as f
inner join provisioned.identities as i on f.root = i.root;

-- One row a guardian and student, by their roots. Nobody is their own guardian. Key: guardian, student.
create or replace table provisioned.ties as
select distinct
    coalesce(g.root, r.guardian) as guardian,
    coalesce(s.root, r.student) as student
from student_lines as r
left join others as g on r.guardian = g.person
left join others as s on r.student = s.person
where
    r.guardian is not null
    and (g.person is null or g.root is not null)
    and coalesce(g.root, r.guardian) != coalesce(s.root, r.student);

-- One row a guardian and student. Key: guardian_account_id, student_account_id.
create or replace view provisioned.guardianships as
select
    g.account_id as guardian_account_id,
    s.account_id as student_account_id,
    s.student_id
from provisioned.ties as t
inner join provisioned.account_rows as g on t.guardian = g.root
inner join provisioned.account_rows as s on t.student = s.root;

-- One row a person at a school that is linked; a guardian is where their students are. Key: root, school_number, role.
create or replace table provisioned.places as
with pupils as (
    select distinct
        student,
        school_number
    from student_lines
),

present as (
    select
        p.person,
        l.school_number,
        'teacher' as "role"
    from valid.teachers as t
    inner join provisioned.live_schools as l on t.school_id = l.school_id
    inner join live_teachers as p on t.teacher_id = p.teacher_id
    union all
    select
        student,
        school_number,
        'student'
    from pupils
    union all
    select
        r.guardian,
        s.school_number,
        'guardian'
    from student_lines as r
    inner join pupils as s on r.student = s.student
    where r.guardian is not null
)

select distinct
    coalesce(o.root, p.person) as root,
    p.school_number,
    p."role"
from present as p
left join others as o on p.person = o.person
where o.person is null or o.root is not null;

-- One row a person at a school that is linked. Key: account_id, school_id, role.
create or replace view provisioned.school_members as
select
    i.account_id,
    l.school_id,
    l.platform_school_id,
    p."role"
from provisioned.places as p
inner join provisioned.live_schools as l on p.school_number = l.school_number
inner join provisioned.identities as i on p.root = i.root;

-- One row a line of students.csv that names a guardian of a student who has an account. Key: line.
create or replace view provisioned.named_guardians as
from provisioned.guardian_lines
where has_guardian and student_id in (select a.student_id from provisioned.account_rows as a);

-- One row a teacher who has an account on the platform and none in the files. Key: teacher_id.
create or replace table provisioned.waiting_teachers as
select distinct k.teacher_id
from known_accounts as k
anti join provisioned.account_rows as a on k.teacher_id = a.teacher_id
where k.teacher_id is not null and k.removed_at is null;
