-- What waits because that on which it hangs waits. Inputs: planned.changes, planned.waits, lost_roles of
-- waits_schools.sql; platform_classes, platform_guardianships, platform_school_members.

-- Who owns a class that waits: a class is never without its owner.
insert into planned.waits
select distinct
    w.hold,
    'accounts',
    c.owner_account_id,
    'they own a class that waits'
from planned.waits as w
inner join platform_classes as c on w.id = c.class_id
semi join lost_roles as l on c.owner_account_id = l.account_id and l."role" = 'teacher'
where w.kind = 'classes'
on conflict do nothing;

-- With a student, or a guardianship, the guardians wait who would go too.
insert into planned.waits
select distinct
    w.hold,
    'accounts',
    g.guardian_account_id,
    'their student waits'
from planned.waits as w
inner join platform_guardianships as g
    on
        (w.kind = 'accounts' and w.id = g.student_account_id)
        or (w.kind = 'guardianships' and w.id = g.guardian_account_id || '/' || g.student_account_id)
semi join lost_roles as l on g.guardian_account_id = l.account_id and l."role" = 'guardian'
where g.removed_at is null
on conflict do nothing;

-- What an account has waits with it, and is not given to another account.
insert into planned.waits
select
    w.hold,
    c.kind,
    c.id,
    'the removal of the account waits'
from planned.changes as c
inner join planned.waits as w on w.kind = 'accounts' and c."before" ->> 'account_id' = w.id
semi join lost_roles as l on w.id = l.account_id
where
    (c.kind in ('contact_points', 'school_members') and c."action" = 'remove')
    or (c.kind = 'contact_points' and c."action" = 'update')
on conflict do nothing;

insert into planned.waits
select distinct
    w.hold,
    c.kind,
    c.id,
    'the removal of the student or guardian waits'
from planned.changes as c
inner join planned.waits as w
    on w.kind = 'accounts' and w.id in (c."before" ->> 'student_account_id', c."before" ->> 'guardian_account_id')
where c.kind = 'guardianships' and c."action" = 'remove'
on conflict do nothing;

-- A guardian is at the schools of their students, also of those who wait.
insert into planned.waits
with students as (
    select
        g.guardian_account_id,
        s.school_id,
        s.account_id,
        s.account_id || '/' || s.school_id || '/student' as member_id,
        g.guardian_account_id || '/' || g.student_account_id as guardianship_id
    from platform_guardianships as g
    inner join platform_school_members as s
        on g.student_account_id = s.account_id and s."role" = 'student' and s.removed_at is null
    where g.removed_at is null
)

select distinct
    w.hold,
    c.kind,
    c.id,
    'the removal of the student waits'
from planned.changes as c
inner join students as s
    on c."before" ->> 'account_id' = s.guardian_account_id and c."before" ->> 'school_id' = s.school_id
inner join planned.waits as w
    on
        (w.kind = 'accounts' and s.account_id = w.id)
        or (w.kind = 'school_members' and s.member_id = w.id)
        or (w.kind = 'guardianships' and s.guardianship_id = w.id)
where c.kind = 'school_members' and c."action" = 'remove' and c."before" ->> 'role' = 'guardian'
on conflict do nothing;

-- A seat waits with its person or class, but for an owner's in a class that gets another.
insert into planned.waits
select distinct
    w.hold,
    c.kind,
    c.id,
    'the removal of the person or class waits'
from planned.changes as c
inner join planned.waits as w
    on
        (w.kind = 'accounts' and c."before" ->> 'account_id' = w.id)
        or (w.kind = 'classes' and c."before" ->> 'class_id' = w.id)
where
    c.kind = 'class_seats'
    and c."action" = 'remove'
    and not (
        c."before" ->> 'role' = 'owner'
        and c."before" ->> 'class_id' in (
            select u.id
            from planned.changes as u
            where u.kind = 'classes' and u."action" = 'update'
        )
    )
on conflict do nothing;
