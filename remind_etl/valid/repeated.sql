-- The rows of people that are not left out, and those of them that say nothing that one before them does not say.
-- Grain: one row a line. Key: line. Inputs: valid_steps.${table}_typed, valid_steps.${table}_judged.
-- Outputs: valid_steps.${table}_usable, valid_steps.${table}_repeated.

create or replace view valid_steps.${table}_usable as
select typed.*
from valid_steps.${table}_typed as typed
anti join valid_steps.${table}_judged as judged on typed.line = judged.line and judged.is_left_out;

create or replace table valid_steps.${table}_repeated as
select
    line,
    ${id_column} as record_id,
    school_id
from valid_steps.${table}_usable
where
    cells in (
        select usable.cells
        from valid_steps.${table}_usable as usable
        group by usable.cells
        having count(*) > 1
    )
qualify row_number() over (partition by ${columns} order by line) > 1;
