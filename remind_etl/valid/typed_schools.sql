-- The rows of schools.csv, and whether one before them has their id.
-- Grain: one row a line. Key: line. Inputs: raw.schools. Outputs: valid_steps.schools_typed.

create or replace table valid_steps.schools_typed as
select
    *,
    school_id is not null and row_number() over (partition by school_id order by line) > 1 as is_repeated
from raw.schools;
