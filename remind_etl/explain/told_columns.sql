-- The columns of a table of an explanation. Grain: one row a column. Key: name. Inputs: none. Outputs: none.

select "name"
from pragma_table_info('${table}');
