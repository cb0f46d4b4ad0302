-- The changes of one kind that go to the platform, as records with their action. schema/records.py fills in the names.
-- Grain: one row a change. Key: the key of the kind. Inputs: planned.${changes}.

select
    ${delivered_record},
    "action"
from planned.${changes}
where state = 'go';
