-- The students. Siblings are neighbours in the order of ids, at most four, and live in one place, so that they go to
-- the school of their tier there. A cohort is about 25 students of a grade who take all their classes together.
-- grain: a student   key: pupil   inputs: request, district_schools
create table pupils as
with ordinals as (
    select unnest(range(1, students + 1)) as pupil from request
),

born as (
    select
        pupil,
        draw('grade', pupil, 13) as grade,
        pupil % 4 = 1 or draw('sibling', pupil, 100) >= 38 as is_eldest
    from ordinals
),

families as (
    select
        pupil,
        grade,
        sum(is_eldest::bigint) over (order by pupil)::bigint as household
    from born
),

placed as (
    select
        *,
        case when grade <= 5 then 0 when grade <= 8 then 1 else 2 end as tier,
        draw('home', household, 1000000) as home
    from families
),

schooled as (
    select
        placed.pupil,
        placed.grade,
        placed.household,
        district_schools.school,
        row_number() over (partition by district_schools.school, placed.grade order by placed.pupil) as place,
        count(*) over (partition by district_schools.school, placed.grade) as places
    from placed
    inner join district_schools
        on
            placed.tier = district_schools.tier
            and placed.home * district_schools.tier_schools // 1000000 = district_schools.place
)

select
    pupil,
    grade,
    household,
    school,
    place % ((places + 24) // 25) as cohort,
    printf('%07d', pupil) as student_id,
    -- Siblings' names lie 31 apart, so no two of them are called the same.
    word('first_name', draw('first name', household, 1000000) + pupil % 4 * 31) as first_name,
    drawn_word('last_name', 'last name', household) as last_name,
    -- Whoever is in grade 0, kindergarten, in the school year 2026-27 turned five by 1 September 2026.
    (date '2020-09-02' - to_years(grade::integer) + to_days(draw('birthday', pupil, 365)::integer))::date as dob
from schooled;
