-- The distinct domains of addresses that have letters beyond ASCII.
-- Grain: one row a domain. Key: domain. Inputs: raw.${table}. Outputs: none.

select distinct split_part(valid.unwrapped(lower("value")), '@', 2) as "domain"
from (select unnest([${email_columns}]) as "value" from raw.${table})
where strlen("value") != length("value");
