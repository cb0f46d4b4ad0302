-- A row if `${table}` has any.
-- Grain: at most one row. Inputs: ${table}. Outputs: none.

select 1 as found
from ${table}
limit 1;
