-- The links that the policy of the district confirmed. Only a link that no person decided has a score.
-- Grain: one row a school. Key: school_id. Inputs: mapped.schools. Outputs: none.

select
    school_id,
    platform_school_id,
    school_name
from mapped.schools
where link = 'confirmed' and score is not null
order by school_id;
