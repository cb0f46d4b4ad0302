-- The changes of one kind that go to the platform, as records with their action. schema/records.py fills in the names.
-- In the order of the key, a database writes each page of its index once.
-- Grain: one row a change. Key: the key of the kind. Inputs: planned.${changes}. Outputs: none.

select
    ${delivered_record},
    "action"
from planned.${changes}
where state = 'go'
order by ${key};
