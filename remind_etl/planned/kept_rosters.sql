-- Invalid is not absent: which removals of classes and seats are none. Inputs: planned.changes without the people that are
-- kept; left_out of left_out.sql, open_schools, waiting_schools of schools.sql; raw.rejects, raw.students, raw.teachers,
-- raw.classes, valid.classes, valid.left_out, platform_accounts, platform_classes.

-- A class of which a row was left out, known by its id, or by school and name where no id that was delivered stands in
-- the row; where all that can be read are schools, names and teachers, any that has them; or whose school waits, or that of
-- its row.
insert into planned.kept
with removed as (
    select
        id,
        "before" ->> 'school_id' as school_id,
        "before" ->> 'class_name' as class_name,
        "before" ->> 'owner_teacher_id' as owner_teacher_id
    from planned.changes
    where kind = 'classes' and "action" = 'remove'
),

cells as (
    select
        line,
        cell
    from left_out
    where "file" = 'classes.csv'
),

named as (
    select
        l.line,
        p.class_id
    from cells as l
    inner join platform_classes as p on l.cell = p.class_id
),

unnamed as (
    select l.*
    from cells as l
    anti join named as n on l.line = n.line
    where l.cell != ''
),

-- One row a row that was left out and a class that is removed, with the number of its cells that the class has.
-- Key: line, id.
alike as (
    select
        n.line,
        r.id,
        count(distinct n.cell) as cells
    from (select
        id,
        unnest([school_id, class_name, owner_teacher_id]) as cell
    from removed) as r
    inner join unnamed as n on r.cell = n.cell
    group by n.line, r.id
)

select
    'classes' as kind,
    r.id,
    case
        when o.cell is null then 'a row of the class was left out'
        else 'none of its teachers gets an account from the files'
    end as reason
from removed as r
semi join named as n on r.id = n.class_id
left join valid.left_out as o on o.found_by = 'provisioned/rosters' and r.id = o.cell
union
select
    'classes',
    r.id,
    'a row of the class was left out'
from unnamed as n
inner join removed as r on n.cell = r.class_name
semi join unnamed as s on n.line = s.line and r.school_id = s.cell
union
select
    'classes',
    a.id,
    'a row of the class was left out'
from alike as a
inner join (select
    line,
    count(*) as cells
from unnamed group by line) as n on a.line = n.line and a.cells = n.cells
union
select
    'classes',
    r.id,
    o.reason
from removed as r
inner join open_schools as o on r.school_id = o.school_id
union
select
    'classes',
    r.id,
    'the row of the class is at a school that waits to be linked'
from removed as r
inner join valid.classes as c on r.id = c.class_id
semi join waiting_schools as w on c.school_id = w.school_id
on conflict do nothing;

-- One row an account that would go and owns a class that stays as it is: a class is never without its owner.
create or replace temp table kept_owners as
with settled as (
    select c.id
    from planned.changes as c
    anti join planned.kept as k on c.kind = k.kind and c.id = k.id
    where c.kind = 'classes' and c."action" in ('remove', 'update')
)

select distinct p.owner_account_id as account_id
from platform_classes as p
anti join settled as s on p.class_id = s.id
where p.removed_at is null;

insert into planned.kept
select
    c.kind,
    c.id,
    'they own a class that stays'
from planned.changes as c
semi join planned.changes as a
    on a.kind = 'accounts' and a."action" = 'remove' and c."before" ->> 'account_id' = a.id
semi join kept_owners as o on c."before" ->> 'account_id' = o.account_id
where
    (c.kind in ('accounts', 'contact_points', 'school_members') and c."action" = 'remove')
    or (c.kind = 'contact_points' and c."action" = 'update');

delete from planned.changes
where kind = 'accounts' and id in (select k.id from planned.kept as k where k.kind = 'accounts');

-- One row a seat that is removed and whose person stays. Key: id.
create or replace temp table removed_seats as
select
    c.id,
    c."before" ->> 'class_id' as class_id,
    c."before" ->> 'record_id' as record_id,
    c."before" ->> 'role' as "role"
from planned.changes as c
anti join planned.changes as a
    on a.kind = 'accounts' and a."action" = 'remove' and c."before" ->> 'account_id' = a.id
where c.kind = 'class_memberships' and c."action" = 'remove';

-- Seats of classes that stay.
insert into planned.kept
select
    'class_memberships',
    s.id,
    k.reason
from removed_seats as s
inner join planned.kept as k on k.kind = 'classes' and s.class_id = k.id;

-- Seats whose enrollment was left out. A left-out row in which an id cannot be read may be anybody's of the class that it
-- names, or in any class of the person whom it names. An owner's seat is not the enrollments' to say.
insert into planned.kept
with cells as (
    select
        line,
        cell
    from left_out
    where "file" = 'enrollments.csv'
),

unreadable as (
    select line
    from raw.rejects
    where "file" = 'enrollments.csv'
    union
    select line
    from valid.left_out
    where "file" = 'enrollments.csv' and cell is null
),

without_person as (
    select u.line
    from unreadable as u
    anti join (
        select c.line
        from cells as c
        semi join (
            select student_id as user_id from raw.students
            union
            select teacher_id from raw.teachers
            union
            select student_id from platform_accounts
            union
            select teacher_id from platform_accounts
        ) as p on c.cell = p.user_id
    ) as named on u.line = named.line
),

without_class as (
    select u.line
    from unreadable as u
    anti join (
        select c.line
        from cells as c
        semi join (
            select class_id from raw.classes
            union
            select class_id from platform_classes
        ) as p on c.cell = p.class_id
    ) as named on u.line = named.line
),

by_class as (
    select
        s.id,
        c.line
    from removed_seats as s
    inner join cells as c on s.class_id = c.cell
    where s."role" != 'owner'
),

by_person as (
    select
        s.id,
        c.line
    from removed_seats as s
    inner join cells as c on s.record_id = c.cell
    where s."role" != 'owner'
),

-- One row a school of which a row names neither class nor person; null where it names no school either.
nameless as (
    select distinct s.school_id
    from without_person as w
    semi join without_class as c on w.line = c.line
    left join (
        select
            n.line,
            n.cell as school_id
        from cells as n
        semi join platform_classes as p on n.cell = p.school_id
    ) as s on w.line = s.line
)

select
    'class_memberships',
    id,
    'a row of the enrollment was left out'
from (
    select c.id
    from by_class as c
    semi join by_person as p on c.id = p.id and c.line = p.line
    union
    select c.id
    from by_class as c
    semi join without_person as w on c.line = w.line
    union
    select p.id
    from by_person as p
    semi join without_class as w on p.line = w.line
    union
    select s.id
    from removed_seats as s
    inner join platform_classes as p on s.class_id = p.class_id
    inner join nameless as n on coalesce(n.school_id, p.school_id) = p.school_id
    where s."role" != 'owner'
)
on conflict do nothing;

delete from planned.changes
where (kind, id) in (select (k.kind, k.id) from planned.kept as k);
