-- The links that the district's policy confirmed: what was decided has no score.
select
    school_id,
    platform_school_id,
    school_name
from mapped.schools
where link = 'confirmed' and score is not null
order by school_id;
