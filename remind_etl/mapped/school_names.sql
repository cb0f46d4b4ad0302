-- The schools of the files and of the platform with their names.
-- Grain: one row a school. Key: side, id. side: `files` or `platform`.
-- Inputs: valid.schools, platform_schools. Outputs: mapped_steps.school_names.

create or replace table mapped_steps.school_names as
select
    'files' as side,
    school_id as id,
    school_name as "name"
from valid.schools
union all
select
    'platform',
    platform_school_id,
    "name"
from platform_schools;
