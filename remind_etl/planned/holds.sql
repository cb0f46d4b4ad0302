-- What waits for a person. Inputs: planned.changes, planned.removals, counted_removals of removals.sql,
-- platform_guardianships.

update planned.changes
set state = 'go', reason = null
where state = 'held';

create or replace temp table waiting_kinds as
select kind
from planned.removals
where is_held and not is_approved;

-- One row an account whose removal waits; with a student the guardians wait who would go too. Key: account_id.
create or replace temp table waiting_accounts as
with over_limits as (
    select r.id as account_id
    from counted_removals as r
    semi join waiting_kinds as k on r.kind = k.kind
    where r.kind in ('teachers', 'guardians', 'students')
)

from over_limits
union
select c.id
from planned.changes as c
inner join platform_guardianships as g on c.id = g.guardian_account_id and g.removed_at is null
semi join over_limits as s on g.student_account_id = s.account_id
where c.kind = 'accounts' and c."action" = 'remove';

-- One row an account or class whose removal goes through. Key: kind, id.
create or replace temp table going as
select
    kind,
    id
from planned.changes
where
    "action" = 'remove'
    and (
        (kind = 'accounts' and id not in (select w.account_id from waiting_accounts as w))
        or (kind = 'classes' and not exists (from waiting_kinds as k where k.kind = 'classes'))
    );

-- What an account has waits with it, and is not given to another account.
update planned.changes
set state = 'held', reason = 'the removal of the account waits'
where
    kind in ('accounts', 'contact_points', 'school_members')
    and ("action" = 'remove' or (kind = 'contact_points' and "action" = 'update'))
    and "before" ->> 'account_id' in (select w.account_id from waiting_accounts as w);

update planned.changes
set state = 'held', reason = 'the removal of the student or guardian waits'
where
    kind = 'guardianships'
    and "action" = 'remove'
    and (
        "before" ->> 'student_account_id' in (select w.account_id from waiting_accounts as w)
        or "before" ->> 'guardian_account_id' in (select w.account_id from waiting_accounts as w)
    )
    and "before" ->> 'student_account_id' not in (select g.id from going as g where g.kind = 'accounts');

-- A guardian is at the schools of their students, also of one who waits.
update planned.changes
set state = 'held', reason = 'the removal of the student waits'
where
    kind = 'school_members'
    and "action" = 'remove'
    and "before" ->> 'role' = 'guardian'
    and "before" ->> 'account_id' in (
        select g.guardian_account_id
        from platform_guardianships as g
        semi join waiting_accounts as w on g.student_account_id = w.account_id
        where g.removed_at is null
    );

update planned.changes
set state = 'held', reason = 'more are removed at once than the district allows'
where kind = 'classes' and "action" = 'remove' and exists (from waiting_kinds as k where k.kind = 'classes');

-- A seat goes with its person or class where they go, and an owner's with a class that gets another owner; it waits where
-- its person or class waits, or too many seats go at once.
update planned.changes
set state = 'held', reason = 'the removal of the person or class waits, or of too many class members'
where
    kind = 'class_seats'
    and "action" = 'remove'
    and "before" ->> 'account_id' not in (select g.id from going as g where g.kind = 'accounts')
    and "before" ->> 'class_id' not in (select g.id from going as g where g.kind = 'classes')
    and not (
        "before" ->> 'role' = 'owner'
        and "before" ->> 'class_id' in (select c.id from planned.changes as c where c.kind = 'classes' and c."action" = 'update')
    )
    and (
        "before" ->> 'account_id' in (select w.account_id from waiting_accounts as w)
        or "before" ->> 'class_id' in (select c.id from planned.changes as c where c.kind = 'classes' and c.state = 'held')
        or (
            exists (from waiting_kinds as k where k.kind = 'class members')
            and id in (select r.id from counted_removals as r where r.kind = 'class members')
        )
    );
