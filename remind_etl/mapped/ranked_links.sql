-- The possible links to schools that no other school feeds. Each has the rank of its score among those of either school.
-- Grain: one row a school of the files and a school of the platform. Key: school_id, platform_school_id.
-- Inputs: mapped_steps.possible_links. Outputs: mapped_steps.ranked_links.

create or replace table mapped_steps.ranked_links as
select
    *,
    rank() over (partition by school_id order by score desc) as of_school,
    count(*) over (partition by school_id, score) as ties_of_school,
    rank() over (partition by platform_school_id order by score desc) as of_platform,
    count(*) over (partition by platform_school_id, score) as ties_of_platform
from mapped_steps.possible_links
where fed_by is null;
