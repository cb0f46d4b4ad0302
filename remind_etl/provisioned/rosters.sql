-- The classes and who has a place in them. Inputs: valid.classes, valid.enrollments, provisioned.accounts,
-- provisioned.known_accounts, provisioned.live_schools.

-- One row a teacher who has an account on the platform and none in the files. Key: teacher_id.
create or replace table provisioned.waiting_teachers as
select distinct k.teacher_id
from provisioned.known_accounts as k
anti join provisioned.accounts as a on k.teacher_id = a.teacher_id
where k.teacher_id is not null and not k.is_removed;

-- One row a place that the files give a person in a class of a linked school. Key: class_id, record_id.
create or replace table provisioned.places as
with users as (
    select
        student_id as user_id,
        'student' as "role",
        'student' as seat,
        account_id
    from provisioned.accounts
    where student_id is not null
    union all
    select
        teacher_id,
        'teacher',
        'co_teacher',
        account_id
    from provisioned.accounts
    where teacher_id is not null
),

named as (
    select
        e.class_id,
        e.user_id as record_id,
        u.seat as "role",
        e.line,
        u.account_id
    from valid.enrollments as e
    inner join users as u on e.user_id = u.user_id and e."role" = u."role"
)

select n.*
from named as n
inner join valid.classes as c on n.class_id = c.class_id
inner join provisioned.live_schools as l on c.school_id = l.school_id;

-- One row a class. The owner is the class's teacher; where they have no account, the co-teacher with the first id. Where
-- the platform has the teacher's account and only the row was left out, the class waits with it. Key: class_id.
create or replace table provisioned.classes as
with co_teachers as (
    select
        class_id,
        arg_min(account_id, record_id) as account_id,
        min(record_id) as teacher_id
    from provisioned.places
    where "role" = 'co_teacher'
    group by class_id
)

select
    c.class_id,
    c.school_id,
    l.platform_school_id,
    c.class_name,
    coalesce(a.account_id, t.account_id) as owner_account_id,
    coalesce(a.teacher_id, t.teacher_id) as owner_teacher_id
from valid.classes as c
inner join provisioned.live_schools as l on c.school_id = l.school_id
left join provisioned.accounts as a on c.teacher_id = a.teacher_id
left join co_teachers as t on c.class_id = t.class_id
left join provisioned.waiting_teachers as w on c.teacher_id = w.teacher_id
where a.account_id is not null or (t.account_id is not null and w.teacher_id is null);

-- One row a place in a class, as owner, co_teacher or student; guardians have theirs through their student.
-- Key: class_id, account_id, role.
create or replace table provisioned.class_seats as
select
    class_id,
    owner_account_id as account_id,
    'owner' as "role",
    owner_teacher_id as record_id
from provisioned.classes
union all
select
    p.class_id,
    p.account_id,
    p."role",
    p.record_id
from provisioned.places as p
inner join provisioned.classes as c on p.class_id = c.class_id
where p.account_id != c.owner_account_id;

-- One row a place in a class, guardians' too. Key: class_id, account_id, role, record_id.
create or replace view provisioned.class_members as
from provisioned.class_seats
union all
select
    s.class_id,
    g.guardian_account_id as account_id,
    'guardian' as "role",
    g.student_id as record_id
from provisioned.class_seats as s
inner join provisioned.guardianships as g on s.account_id = g.student_account_id
where s."role" = 'student';

insert into valid.findings by name
select
    'provisioned/rosters' as found_by,
    'class_without_teacher' as code,
    'classes.csv' as "file",
    c.line,
    'teacher_id' as "column",
    c.teacher_id as "value",
    'class' as record_type,
    c.class_id as record_id,
    c.school_id
from valid.classes as c
inner join provisioned.live_schools as l on c.school_id = l.school_id
anti join provisioned.classes as made on c.class_id = made.class_id
anti join provisioned.waiting_teachers as w on c.teacher_id = w.teacher_id;

-- A class that is not created or waits is not absent.
insert into valid.left_out
select
    'provisioned/rosters' as found_by,
    'classes.csv' as "file",
    c.line,
    c.class_id as cell
from valid.classes as c
inner join provisioned.live_schools as l on c.school_id = l.school_id
anti join provisioned.classes as made on c.class_id = made.class_id;
