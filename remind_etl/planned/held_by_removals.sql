-- The holds of removals above the limits, or of half a school; and the hold `schools`, which no count limits.
-- Grain: one row a hold and change; one row a hold. Key: hold, change_id; kind.
-- Inputs: planned.holds, planned_steps.counted_removals, planned_steps.halved_schools, planned_steps.missing_schools,
-- planned_steps.delivered_schools, planned.change_states.
-- Outputs: planned.waits, planned.holds.

insert into planned.waits
select distinct
    removal.hold,
    removal.change_id,
    if(held.records > held.allowed, 'too_many_removals', 'half_of_school_removed') as reason_code
from planned_steps.counted_removals as removal
inner join planned.holds as held on removal.hold = held.kind and held.is_held
inner join planned.change_states as change on removal.change_id = change.change_id
left join planned_steps.halved_schools as halved on removal.hold = halved.hold and change.school_id = halved.school_id
where held.records > held.allowed or halved.school_id is not null;

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
having count(*) > 0;
