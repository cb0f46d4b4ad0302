-- The district's schools: about one for 500 students, at least one of each tier: elementary, middle, high.
-- grain: a school   key: school; tier, place   inputs: request
create table district_schools as
with counts as (
    select
        greatest(students // 500, 3) as schools,
        greatest(students // 500 * 11 // 20, 1) as elementary_schools,
        greatest(students // 500 * 5 // 20, 1) as middle_schools
    from request
),

tiers as (
    select
        tiers.tier,
        tiers.label,
        case tiers.tier
            when 0 then counts.elementary_schools
            when 1 then counts.middle_schools
            else counts.schools - counts.elementary_schools - counts.middle_schools
        end as tier_schools
    from counts
    cross join (
        values (0, 'Elementary School'), (1, 'Middle School'), (2, 'High School')
    ) as tiers (tier, label)
),

places as (
    select
        *,
        unnest(range(tier_schools)) as place
    from tiers
),

numbered as (
    select
        *,
        row_number() over (order by tier, place) - 1 as school
    from places
)

select
    school,
    tier,
    place,
    tier_schools,
    printf('%04d', 101 + school) as school_id,
    case
        when school % 3 = 0 and school // 3 < len(getvariable('words')['namesake'])
            then word('namesake', school // 3 + draw('namesake', 0, 1000))
        -- Places go round once for each landform, shifted: a pair comes back only after all pairs.
        else
            word('place', school + draw('place', 0, 1000)) || ' '
            || word('landform', school * 5 + school // len(getvariable('words')['place']) + draw('landform', 0, 1000))
    end || ' ' || label as school_name
from numbered;
