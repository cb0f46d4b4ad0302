-- What hangs on what. Inputs: planned.changes, lost_roles of waits_schools.sql;
-- platform_classes, platform_guardianships, platform_school_members.

-- One row a change and a record on which it hangs: while that waits, so does the change. With is_part it is a part of the
-- record, and goes when that goes. Key: kind, id, on_kind, on_id.
create or replace temp table hangs as
with removals as (
    select *
    from planned.changes
    where "action" = 'remove'
),

students as (
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

-- What an account has; it is not given to another account either.
select
    c.kind,
    c.id,
    'accounts' as on_kind,
    c."before" ->> 'account_id' as on_id,
    c."action" = 'remove' as is_part,
    'the removal of the account waits' as reason
from planned.changes as c
where
    (c.kind in ('contact_points', 'school_members') and c."action" = 'remove')
    or (
        c.kind = 'contact_points'
        and c."action" = 'update'
        and c."before" ->> 'account_id' in (select l.account_id from lost_roles as l)
    )
union all
select
    kind,
    id,
    'accounts',
    unnest(["before" ->> 'student_account_id', "before" ->> 'guardian_account_id']),
    true,
    'the removal of the student or guardian waits'
from removals
where kind = 'guardianships'
union all
-- A seat, but an owner's in a class that gets another.
select
    kind,
    id,
    unnest(['accounts', 'classes']),
    unnest(["before" ->> 'account_id', "before" ->> 'class_id']),
    true,
    'the removal of the person or class waits'
from removals
where
    kind = 'class_memberships'
    and not (
        "before" ->> 'role' = 'owner'
        and "before" ->> 'class_id' in (select u.id from planned.changes as u where u.kind = 'classes' and u."action" = 'update')
    )
union all
-- A guardian is at the schools of their students, also of those who wait.
select
    c.kind,
    c.id,
    unnest(['accounts', 'school_members', 'guardianships']),
    unnest([s.account_id, s.member_id, s.guardianship_id]),
    false,
    'the removal of the student waits'
from removals as c
inner join students as s
    on c."before" ->> 'account_id' = s.guardian_account_id and c."before" ->> 'school_id' = s.school_id
where c.kind = 'school_members' and c."before" ->> 'role' = 'guardian'
union all
-- A guardian who would go with a student.
select
    'accounts',
    g.guardian_account_id,
    unnest(['accounts', 'guardianships']),
    unnest([g.student_account_id, g.guardian_account_id || '/' || g.student_account_id]),
    false,
    'their student waits'
from platform_guardianships as g
inner join lost_roles as l on g.guardian_account_id = l.account_id and l."role" = 'guardian'
where g.removed_at is null
union all
-- Who owns a class: it is never without its owner.
select
    'accounts',
    c.owner_account_id,
    'classes',
    c.class_id,
    false,
    'they own a class that waits'
from platform_classes as c
inner join lost_roles as l on c.owner_account_id = l.account_id and l."role" = 'teacher'
where c.removed_at is null;
