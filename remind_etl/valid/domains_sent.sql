-- The distinct domains of addresses that have letters beyond ASCII, also of those in rejected rows.
-- Grain: one row a domain. Key: domain. Inputs: raw.${table}, raw.reject_tokens. Outputs: none.

select distinct split_part(valid.unwrapped(lower("value")), '@', 2) as "domain"
from (
    select unnest([${email_columns}]) as "value"
    from raw.${table}
    union all
    select cell
    from raw.reject_tokens
    where "file" = '${table}.csv' and contains(cell, '@')
)
where strlen("value") != length("value");
