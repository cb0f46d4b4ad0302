-- The count of rows that repeat the id of another row, in a table with one row an id. Key: none, one row.
-- Input: valid.${table}.

select count(${id_column}) - count(distinct ${id_column}) as repeated
from valid.${table};
