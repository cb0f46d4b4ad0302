-- The schools that are linked, numbered. Rows of a school that waits or is ignored say nothing.
-- Grain: one row a linked school. Key: school_id; school_number.
-- Inputs: mapped.schools. Outputs: provisioned.live_schools.

create or replace table provisioned.live_schools as
select
    school_id,
    platform_school_id,
    row_number() over (order by school_id) as school_number
from mapped.schools
where link = 'confirmed';
