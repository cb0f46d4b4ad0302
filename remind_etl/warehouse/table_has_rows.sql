-- A row if `${table}` has any, whichever.
-- Grain: at most one row. Inputs: ${table}. Outputs: none.

-- noqa: disable=AM09
select 1 as found
from ${table}
limit 1;
