-- What waits because a student has many guardians: hold `new_guardians`. The student does not, nor what was delivered already.
-- Inputs: planned.changes, provisioned.guardianships, .school_members. $guardians: of the district's limits.

-- One row a new guardianship of a student with so many guardians. Key: id.
create or replace temp table crowding as
with crowded as (
    select student_account_id
    from provisioned.guardianships
    group by student_account_id
    having count(*) >= $guardians
)

select
    id,
    "after" ->> 'guardian_account_id' as guardian_account_id,
    "after" ->> 'student_account_id' as student_account_id
from planned.changes
where
    kind = 'guardianships'
    and "action" in ('create', 'revive')
    and "after" ->> 'student_account_id' in (select c.student_account_id from crowded as c);

-- One row a guardian and school where all that brings them there waits. Key: guardian_account_id, school_id.
create or replace temp table crowding_members as
select
    g.guardian_account_id,
    m.school_id
from provisioned.guardianships as g
inner join provisioned.school_members as m on g.student_account_id = m.account_id and m."role" = 'student'
left join crowding as c
    on g.guardian_account_id = c.guardian_account_id and g.student_account_id = c.student_account_id
group by all
having bool_and(c.id is not null);

-- One row a new account that is there only as guardian of such students. Key: account_id.
create or replace temp table crowding_accounts as
select c.id as account_id
from planned.changes as c
inner join provisioned.guardianships as g on c.id = g.guardian_account_id
left join crowding as w
    on g.guardian_account_id = w.guardian_account_id and g.student_account_id = w.student_account_id
where c.kind = 'accounts' and c."action" in ('create', 'revive') and c."after" ->> 'roles' = 'guardian'
group by c.id
having bool_and(w.id is not null);

insert into planned.waits
select
    'new_guardians' as hold,
    'guardianships' as kind,
    id,
    'the student has many guardians' as reason
from crowding
union all
select
    'new_guardians',
    'accounts',
    account_id,
    'a guardian of a student who has many'
from crowding_accounts
union all
select
    'new_guardians',
    c.kind,
    c.id,
    'of a guardian of a student who has many'
from planned.changes as c
semi join crowding_accounts as a on c."after" ->> 'account_id' = a.account_id
where c.kind = 'contact_points'
union all
select
    'new_guardians',
    c.kind,
    c.id,
    'of a guardian of a student who has many'
from planned.changes as c
semi join crowding_members as m
    on c."after" ->> 'account_id' = m.guardian_account_id and c."after" ->> 'school_id' = m.school_id
where c.kind = 'school_members' and c."action" in ('create', 'revive') and c."after" ->> 'role' = 'guardian'
union all
-- Who goes and gives a contact point to one who waits, stays with it till then.
select distinct
    'new_guardians',
    'accounts',
    a.id,
    'a contact point of theirs goes to a guardian who waits'
from planned.changes as c
semi join crowding_accounts as w on c."after" ->> 'account_id' = w.account_id
inner join planned.changes as a
    on a.kind = 'accounts' and a."action" = 'remove' and c."before" ->> 'account_id' = a.id
where c.kind = 'contact_points' and c."action" = 'update';
