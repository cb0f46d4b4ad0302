-- The accounts. Inputs: found_identities, provisioned.persons, .winners, .people, .roots, .families, .students, .live_schools,
-- valid.teachers, valid.students.
-- What an account has is kept by the number of the person, and shown with the account's id by views.

-- One row an account, with the name that its first role gives. Of several emails or phones it names the highest role's,
-- then the first in byte order: the order of rows changes nothing. Key: root; account_id.
create or replace table provisioned.account_rows as
with won as (
    select
        w.root,
        min(p.place || w."value") filter (where w.kind = 'email') as email,
        min(p.place || w."value") filter (where w.kind = 'phone') as phone
    from provisioned.winners as w
    inner join (
        select
            person,
            case "role" when 'teacher' then '0' when 'guardian' then '1' else '2' end as place
        from people
    ) as p on w.person = p.person
    group by w.root
)

select
    p.root,
    i.account_id,
    concat_ws(
        '+',
        case when p.teacher_id is not null then 'teacher' end,
        case when p.is_guardian then 'guardian' end,
        case when p.student_id is not null then 'student' end
    ) as roles,
    p.teacher_id,
    p.student_id,
    n.first_name,
    n.last_name,
    w.email[2:] as email,
    w.phone[2:] as phone,
    s.dob::varchar as dob,
    s.grade
from provisioned.persons as p
inner join people as n on p.root = n.person
inner join found_identities as i on p.root = i.root
left join won as w on p.root = w.root
left join provisioned.students as s on p.student_id = s.student_id;

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
    i.account_id,
    w.kind,
    w."value"
from provisioned.winners as w
inner join provisioned.identities as i on w.root = i.root;

-- One row a guardian and student, by their roots. Nobody is their own guardian. Key: guardian, student.
create or replace table provisioned.ties as
select distinct
    g.root as guardian,
    s.root as student
from families as f
inner join provisioned.roots as g on f.guardian = g.person
inner join provisioned.roots as s on f.student = s.person
where g.root != s.root;

-- One row a guardian and student. Key: guardian_account_id, student_account_id.
create or replace view provisioned.guardianships as
select
    g.account_id as guardian_account_id,
    s.account_id as student_account_id,
    p.student_id
from provisioned.ties as t
inner join provisioned.identities as g on t.guardian = g.root
inner join provisioned.identities as s on t.student = s.root
inner join provisioned.persons as p on t.student = p.root;

-- One row a person at a school that is linked; a guardian is where their students are. Key: root, school_id, role.
create or replace table provisioned.places as
with pupils as (
    select
        p.person,
        s.school_id
    from (select distinct
        student_id,
        school_id
    from valid.students) as s
    semi join provisioned.live_schools as l on s.school_id = l.school_id
    inner join people as p on p."role" = 'student' and s.student_id = p.id
),

present as (
    select
        p.person,
        t.school_id,
        'teacher' as "role"
    from valid.teachers as t
    semi join provisioned.live_schools as l on t.school_id = l.school_id
    inner join people as p on p."role" = 'teacher' and t.teacher_id = p.id
    union all
    select
        person,
        school_id,
        'student'
    from pupils
    union all
    select
        f.guardian,
        s.school_id,
        'guardian'
    from families as f
    inner join pupils as s on f.student = s.person
)

select distinct
    r.root,
    p.school_id,
    p."role"
from present as p
inner join provisioned.roots as r on p.person = r.person;

-- One row a person at a school that is linked. Key: account_id, school_id, role.
create or replace view provisioned.school_members as
select
    i.account_id,
    l.school_id,
    l.platform_school_id,
    p."role"
from provisioned.places as p
inner join provisioned.live_schools as l on p.school_id = l.school_id
inner join provisioned.identities as i on p.root = i.root;
