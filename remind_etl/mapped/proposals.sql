-- The links that the pipeline proposes: each is the only best link of both its schools.
-- Grain: one row a school. Key: school_id; platform_school_id.
-- Inputs: mapped_steps.ranked_links. Outputs: mapped_steps.proposals.

create or replace table mapped_steps.proposals as
select
    school_id,
    platform_school_id,
    score,
    reason
from mapped_steps.ranked_links
where of_school = 1 and of_platform = 1 and ties_of_school = 1 and ties_of_platform = 1;
