-- The hash of the changes of one kind, the same in any order. schema/records.py fills in the names.
-- Grain: one row. Inputs: planned.${changes}. Outputs: none.

select
    count(*) as changes,
    coalesce(sum(hash("action", state, ${versions})::hugeint), 0) as total
from planned.${changes};
