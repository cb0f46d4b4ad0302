-- A digest of the platform's records of one kind, also of removed ones, the same in any order. schema/records.py fills in
-- the names.
-- Grain: one row. Key: none. Inputs: ${platform}. Outputs: none.

select
    count(*) as records,
    coalesce(sum(hash(${columns}, removed_at)::hugeint), 0) as total
from ${platform};
