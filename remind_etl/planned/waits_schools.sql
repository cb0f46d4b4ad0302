-- What waits because a school is missing: hold `schools`. What hangs on it is added by dependents.sql.
-- Inputs: planned.changes, missing_schools of schools.sql; platform_classes.

-- One row a role that an account loses with this plan. Key: account_id, role.
create or replace temp table lost_roles as
select
    id as account_id,
    "action" = 'remove' as is_removed,
    unnest(list_filter(
        string_split("before" ->> 'roles', '+'),
        lambda r: "action" = 'remove' or not list_contains(string_split("after" ->> 'roles', '+'), r)
    )) as "role"
from planned.changes
where kind = 'accounts' and "action" in ('remove', 'update');

-- One row a membership that is lost at a missing school. Key: id.
create or replace temp table missing_members as
select
    c.id,
    c."before" ->> 'account_id' as account_id,
    c."before" ->> 'role' as "role",
    s.reason
from planned.changes as c
inner join missing_schools as s
    on
        c."before" ->> 'school_id' = s.school_id
        and s."file" = case c."before" ->> 'role' when 'teacher' then 'teachers.csv' else 'students.csv' end
where c.kind = 'school_members' and c."action" = 'remove';

insert into planned.waits
select
    'schools' as hold,
    'school_members' as kind,
    id,
    reason
from missing_members
union all
select
    'schools',
    'accounts',
    m.account_id,
    min(m.reason)
from missing_members as m
semi join lost_roles as r on m.account_id = r.account_id and m."role" = r."role"
where m."role" != 'guardian'
group by m.account_id
union all
select
    'schools',
    'guardianships',
    c.id,
    min(m.reason)
from planned.changes as c
inner join missing_members as m on c."before" ->> 'student_account_id' = m.account_id and m."role" = 'student'
where c.kind = 'guardianships' and c."action" = 'remove'
group by c.id
union all
select
    'schools',
    'classes',
    c.id,
    s.reason
from planned.changes as c
inner join missing_schools as s on c."before" ->> 'school_id' = s.school_id and s."file" = 'classes.csv'
where c.kind = 'classes' and c."action" = 'remove'
union all
select
    'schools',
    'class_memberships',
    c.id,
    s.reason
from planned.changes as c
inner join platform_classes as p on c."before" ->> 'class_id' = p.class_id
inner join missing_schools as s on p.school_id = s.school_id and s."file" = 'enrollments.csv'
where c.kind = 'class_memberships' and c."action" = 'remove' and c."before" ->> 'role' != 'owner';
