-- The rows of schools.csv with something wrong: errors leave a row out, alerts do not.
-- Grain: one row a line. Key: line. Inputs: valid_steps.schools_typed.
-- Outputs: valid_steps.schools_faulty, valid_steps.schools_judged.

create or replace table valid_steps.schools_faulty as
from valid_steps.schools_typed
where is_repeated or ${has_column_fault};

create or replace table valid_steps.schools_judged as
select
    line,
    school_id as record_id,
    school_id,
    valid.faults([
        ${column_errors},
        valid.fault_if(is_repeated, 'duplicate_school', 'school_id', school_id)
    ]) as errors,
    valid.faults([${column_alerts}]) as alerts,
    false as waits,
    len(errors) > 0 as is_left_out,
    [school_id] as ids
from valid_steps.schools_faulty;
