-- The optimizers of DuckDB that a brief planning leaves out, with commas between. A statement on few rows needs the
-- others: without them, a join by a condition would go through all pairs of rows.
-- Grain: one row. Inputs: duckdb_optimizers(). Outputs: none.
select string_agg("name", ',') as others
from duckdb_optimizers()
where "name" not in ('filter_pullup', 'filter_pushdown', 'join_order', 'deliminator', 'unused_columns');
