-- The rows of a file of people, with blanks in the place of words for no value.
-- Grain: one row a line. Key: line. Inputs: raw.${table}. Outputs: valid_steps.${table}_sent.

create or replace view valid_steps.${table}_sent as
select * replace (${blanked})
from raw.${table};
