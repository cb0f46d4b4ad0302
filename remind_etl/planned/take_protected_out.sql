-- Takes the protected changes of one kind out of the plan. schema/records.py fills in the name.
-- Inputs: planned_steps.protected_changes. Outputs: planned.${changes}.

delete from planned.${changes}
where change_id in (select protected.change_id from planned_steps.protected_changes as protected);
