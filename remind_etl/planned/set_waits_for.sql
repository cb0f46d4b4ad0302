-- Writes down what the held changes of one kind need. schema/records.py fills in the name.
-- Inputs: planned_steps.needs. Outputs: planned.${changes}.

update planned.${changes}
set waits_for = needs.waits_for
from planned_steps.needs as needs
where ${changes}.state = 'held' and needs.change_id = ${changes}.change_id;
