-- The rows of schools.csv. Untidy: blanks around names, which do no harm.
-- grain: a school   key: school_id   inputs: district_schools
-- The columns stand as in the file.
-- noqa: disable=ST06
create view schools as
select
    school_id,
    case when flaw(['padded'], 'schools', school_id) = 'padded' then padded(school_name) else school_name end
        as school_name,
    school as sort_key
from district_schools;
