-- The optimizers of DuckDB that reading the rows of one record leaves out, with commas between. The others let a reader pass
-- over groups of Parquet without the record. Planning by all of them takes longer than reading.
-- Grain: one row. Inputs: duckdb_optimizers(). Outputs: none.
select string_agg("name", ',') as others
from duckdb_optimizers()
where
    "name" not in (
        'expression_rewriter', 'filter_pushdown', 'unused_columns', 'statistics_propagation', 'empty_result_pullup'
    );
