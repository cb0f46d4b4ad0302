-- The rows of schools.csv that can be used.
-- Grain: one row a school of the district. Key: school_id.
-- Inputs: valid_steps.schools_typed, valid_steps.schools_judged. Outputs: valid.schools.

create or replace table valid.schools as
select
    typed.line,
    typed.school_id,
    typed.school_name
from valid_steps.schools_typed as typed
anti join valid_steps.schools_judged as judged on typed.line = judged.line and judged.is_left_out;
