-- The district's schools: about one for 500 students, at least one of each level.
-- grain: a school   key: school; level, place   inputs: request
create table district_schools as
with counts as (
    select
        greatest(students // 500, 3) as schools,
        greatest(students // 500 * 11 // 20, 1) as elementary_schools,
        greatest(students // 500 * 5 // 20, 1) as middle_schools
    from request
),

levels as (
    select
        0 as level,
        'Elementary School' as label,
        elementary_schools as level_schools
    from counts
    union all
    select
        1,
        'Middle School',
        middle_schools
    from counts
    union all
    select
        2,
        'High School',
        schools - elementary_schools - middle_schools
    from counts
),

places as (
    select
        *,
        unnest(range(level_schools)) as place
    from levels
),

numbered as (
    select
        *,
        row_number() over (order by level, place) - 1 as school
    from places
)

select
    school,
    level,
    place,
    level_schools,
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
