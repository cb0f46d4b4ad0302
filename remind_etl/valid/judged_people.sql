-- The rows of people with something wrong: errors leave a row out, alerts do not.
-- Grain: one row a line. Key: line. Inputs: valid_steps.${table}_typed.
-- Outputs: valid_steps.${table}_faulty, valid_steps.${table}_judged.

create or replace table valid_steps.${table}_faulty as
from valid_steps.${table}_typed
where waits or lines_of_two_people is not null or ${has_column_fault};

create or replace table valid_steps.${table}_judged as
select
    line,
    ${id_column} as record_id,
    school_id,
    valid.faults([
        ${column_errors},
        valid.fault_if(is_school_unknown, 'unknown_school', 'school_id', school_id),
        case
            when lines_of_two_people is not null
                then valid.fault('two_people_under_one_id', '${id_column}', ${id_column}, lines_of_two_people, null)
        end
    ]) as errors,
    valid.faults([${column_alerts}]) as alerts,
    waits,
    len(errors) > 0 or waits as is_left_out,
    [school_id, ${id_column}] as ids
from valid_steps.${table}_faulty;
