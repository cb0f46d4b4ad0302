-- What waits because too much goes at once, and the holds that no count limits.
-- Inputs: planned.holds, planned.changes, counted_removals of removals.sql, missing_schools, delivered_schools of
-- schools.sql, crowding of waits_contacts.sql, planned.waits; platform_accounts.

insert into planned.waits
select
    r.kind as hold,
    r.change_kind,
    r.id,
    'more are removed at once than the district allows' as reason
from counted_removals as r
semi join planned.holds as h on r.kind = h.kind and h.is_held
on conflict do nothing;

insert into planned.holds
select
    'schools',
    count(distinct school_id),
    (select count(distinct d.school_id) from delivered_schools as d),
    0,
    true,
    false
from missing_schools
where is_vanished or exists (from planned.waits as w where w.hold = 'schools')
having count(*) > 0
union all
select
    'new_guardians',
    count(distinct student_account_id),
    (select count(*) from platform_accounts as p where p.removed_at is null and p.student_id is not null),
    0,
    true,
    false
from crowding
having count(*) > 0;
