-- The holds of removals above the limits; and the holds `schools` and `new_guardians`, which no count limits.
-- Grain: one row a hold and change; one row a hold. Key: hold, change_id; kind.
-- Inputs: planned.holds, planned_steps.counted_removals, planned_steps.missing_schools, planned_steps.delivered_schools,
-- planned_steps.new_guardianships, platform_accounts. Outputs: planned.waits, planned.holds.

insert into planned.waits
select distinct
    removal.hold,
    removal.change_id,
    'too_many_removals' as reason_code
from planned_steps.counted_removals as removal
semi join planned.holds as held on removal.hold = held.kind and held.is_held;

insert into planned.holds
select
    'schools' as kind,
    count(distinct school_id) as records,
    (select count(distinct delivered.school_id) from planned_steps.delivered_schools as delivered) as delivered,
    0 as allowed,
    true as is_held,
    false as is_approved
from planned_steps.missing_schools
where is_vanished or exists (from planned.waits as waiting where waiting.hold = 'schools')
having count(*) > 0
union all
select
    'new_guardians',
    count(distinct student_account_id),
    (select count(*) from platform_accounts as student where student.removed_at is null and student.student_id is not null),
    0,
    true,
    false
from planned_steps.new_guardianships
having count(*) > 0;
