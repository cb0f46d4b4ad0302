-- Takes the updates of one kind out of a plan that change nothing. schema/records.py fills in the names.
-- Inputs: planned.${changes}. Outputs: planned.${changes}.

delete from planned.${changes}
where "action" = 'update' and ${is_same};
