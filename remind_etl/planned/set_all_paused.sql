-- Marks all changes of one kind as paused that do not wait for a person. schema/records.py fills in the name.
-- Inputs: none. Outputs: planned.${changes}.

update planned.${changes}
set state = 'paused', reason_code = 'paused'
where state = 'go';
