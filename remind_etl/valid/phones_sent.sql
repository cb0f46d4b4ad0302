-- The distinct phones of a file of people, as sent. A program's 2.12E9 is no phone.
-- Grain: one row a text. Key: value. Inputs: raw.${table}. Outputs: valid_steps.${table}_phones_sent.

create or replace table valid_steps.${table}_phones_sent as
select distinct "value"
from (select unnest([${phone_columns}]) as "value" from raw.${table})
where not valid.is_rounded("value");
