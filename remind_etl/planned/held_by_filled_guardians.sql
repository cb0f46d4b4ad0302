-- Hold `guardians`, whatever the limits of removals: guardians whose cells may have been filled down from another family. What
-- their students lose waits with them: dependencies_of_replaced_guardians.sql says so.
-- Grain: one row a change. Key: hold, change_id. Inputs: planned_steps.filled_guardianships. Outputs: planned.waits.

insert into planned.waits
select
    'guardians' as hold,
    change_id,
    'guardian_filled_down' as reason_code
from planned_steps.filled_guardianships
on conflict do nothing;
