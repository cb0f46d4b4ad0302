-- Marks the held changes of one kind, and lets the others go. schema/records.py fills in the name.
-- Inputs: planned_steps.held_changes. Outputs: planned.${changes}.

update planned.${changes}
set state = 'go', reason_code = null
where state = 'held' and change_id not in (select held.change_id from planned_steps.held_changes as held);

update planned.${changes}
set state = 'held', reason_code = held.reason_code
from planned_steps.held_changes as held
where held.change_id = ${changes}.change_id;
