-- The accounts. Inputs: provisioned.persons, .identities, .roots, .winners, .claims, .guardian_rows, .students, .people.

-- One row an account. Of several emails or phones it names the highest role's, then the first in byte order: the order
-- of rows changes nothing. Key: account_id.
create or replace table provisioned.accounts as
with won as (
    select
        c.kind,
        r.root,
        arg_min(c."value", { 'role': left(c."key", 1), 'value': c."value" }) as "value"
    from provisioned.claims as c
    inner join provisioned.roots as r on c."key" = r."key"
    inner join provisioned.winners as w on c.kind = w.kind and c."value" = w."value" and r.root = w.root
    group by c.kind, r.root
)

select
    i.account_id,
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
    e."value" as email,
    f."value" as phone,
    s.dob::varchar as dob,
    s.grade
from provisioned.persons as p
inner join provisioned.identities as i on p.root = i.root
left join won as e on p.root = e.root and e.kind = 'email'
left join won as f on p.root = f.root and f.kind = 'phone'
left join provisioned.students as s on p.student_id = s.student_id;

-- One row a contact point, with the one account that has it. Key: kind, value.
create or replace table provisioned.contact_points as
select
    i.account_id,
    w.kind,
    w."value"
from provisioned.winners as w
inner join provisioned.identities as i on w.root = i.root;

-- One row a guardian and student. Key: guardian_account_id, student_account_id.
create or replace table provisioned.guardianships as
select distinct
    g.account_id as guardian_account_id,
    s.account_id as student_account_id,
    r.student_id
from provisioned.guardian_rows as r
inner join provisioned.roots as gr on r."key" = gr."key"
inner join provisioned.identities as g on gr.root = g.root
inner join provisioned.roots as sr on sr."key" = '2' || r.student_id
inner join provisioned.identities as s on sr.root = s.root
where g.account_id != s.account_id;

-- One row a person at a school that is linked; a guardian is where their students are.
-- Key: account_id, school_id, role.
create or replace table provisioned.school_members as
with present as (
    select
        '0' || teacher_id as "key",
        school_id,
        'teacher' as "role"
    from valid.teachers
    union
    select
        '2' || student_id,
        school_id,
        'student'
    from valid.students
    union
    select
        g."key",
        s.school_id,
        'guardian'
    from provisioned.guardian_rows as g
    inner join valid.students as s on g.student_id = s.student_id
)

select distinct
    i.account_id,
    l.school_id,
    l.platform_school_id,
    p."role"
from present as p
inner join provisioned.live_schools as l on p.school_id = l.school_id
inner join provisioned.roots as r on p."key" = r."key"
inner join provisioned.identities as i on r.root = i.root;
