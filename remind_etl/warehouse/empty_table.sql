-- The table that a statement without rows would create.
-- Grain: no row. Inputs: none. Outputs: ${table}.

create or replace table ${table} (${typed_columns});
