-- The rows of a file of people, with blanks in the place of words for no value.
-- Grain: one row a line. Key: line. Inputs: raw.${table}. Outputs: sent.

create or replace temp view sent as
select * replace (${blanked})
from raw.${table};
