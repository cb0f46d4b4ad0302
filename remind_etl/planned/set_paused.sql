-- Marks the paused changes of one kind: all, or those of paused_changes.sql. schema/records.py fills in the name.
-- Inputs: planned_steps.paused_changes. Outputs: planned.${changes}.

update planned.${changes}
set state = 'paused', reason_code = 'paused_except_additions'
where state = 'go' and change_id in (select paused.change_id from planned_steps.paused_changes as paused);
