-- The classes and who has a place in them. Inputs: valid.classes, valid.enrollments, provisioned.account_rows, .waiting_teachers,
-- .live_schools, .ties.

-- One row a class. The owner is the class's teacher; where they have no account, the co-teacher with the first id. Where
-- the platform has the teacher's account and only the row was left out, the class waits with it. Key: class_number; class_id.
create or replace table provisioned.class_rows as
with orphaned as (
    select c.class_id
    from valid.classes as c
    anti join provisioned.account_rows as p on c.teacher_id = p.teacher_id
    anti join provisioned.waiting_teachers as w on c.teacher_id = w.teacher_id
),

co_teachers as (
    select
        e.class_id,
        min(e.user_id) as teacher_id
    from valid.enrollments as e
    semi join orphaned as o on e.class_id = o.class_id
    semi join provisioned.account_rows as p on e.user_id = p.teacher_id
    where e."role" = 'teacher'
    group by e.class_id
),

owned as (
    select
        c.class_id,
        c.school_id,
        l.platform_school_id,
        c.class_name,
        coalesce(t.teacher_id, c.teacher_id) as teacher_id
    from valid.classes as c
    inner join provisioned.live_schools as l on c.school_id = l.school_id
    left join co_teachers as t on c.class_id = t.class_id
)

select
    row_number() over () as class_number,
    o.class_id,
    o.school_id,
    o.platform_school_id,
    o.class_name,
    p.account_id as owner_account_id,
    o.teacher_id as owner_teacher_id
from owned as o
inner join provisioned.account_rows as p on o.teacher_id = p.teacher_id;

create or replace view provisioned.classes as
select * exclude (class_number)
from provisioned.class_rows;

-- One row a place in a class that a row of enrollments.csv gives to a person. Who owns the class has that place alone.
-- Key: class_number, root, is_student.
create or replace table provisioned.enrolled as
with users as (
    select
        root,
        student_id as user_id,
        true as is_student
    from provisioned.account_rows
    where student_id is not null
    union all
    select
        root,
        teacher_id,
        false
    from provisioned.account_rows
    where teacher_id is not null
),

owned as (
    select
        c.class_number,
        c.class_id,
        p.root as owner
    from provisioned.class_rows as c
    inner join provisioned.account_rows as p on c.owner_teacher_id = p.teacher_id
)

select
    c.class_number,
    u.root,
    u.is_student
from valid.enrollments as e
inner join users as u on e.user_id = u.user_id and u.is_student = (e."role" = 'student')
inner join owned as c on e.class_id = c.class_id
where u.root != c.owner;

-- One row a place in a class, as owner, co_teacher or student; guardians have theirs through their student.
-- Key: class_id, account_id, role.
create or replace view provisioned.class_memberships as
select
    class_id,
    owner_account_id as account_id,
    'owner' as "role",
    owner_teacher_id as record_id
from provisioned.classes
union all
select
    c.class_id,
    p.account_id,
    if(e.is_student, 'student', 'co_teacher'),
    if(e.is_student, p.student_id, p.teacher_id)
from provisioned.enrolled as e
inner join provisioned.class_rows as c on e.class_number = c.class_number
inner join provisioned.account_rows as p on e.root = p.root;

-- One row a place in a class, guardians' too. Key: class_id, account_id, role, record_id.
create or replace view provisioned.class_members as
from provisioned.class_memberships
union all
select
    c.class_id,
    i.account_id,
    'guardian',
    p.student_id
from provisioned.enrolled as e
inner join provisioned.class_rows as c on e.class_number = c.class_number
inner join provisioned.account_rows as p on e.root = p.root
inner join provisioned.ties as t on e.root = t.student
inner join provisioned.identities as i on t.guardian = i.root
where e.is_student;
