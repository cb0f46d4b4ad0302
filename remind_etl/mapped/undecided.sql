-- Schools without a proposal, with what each is like. There are three cases:
-- - a school of the platform that another school feeds, which may be a new school_id of the same school;
-- - several schools of the platform equally;
-- - a school of the platform that is as much or more like another school.
-- Grain: one row a school. Key: school_id.
-- Inputs: valid.schools, mapped_steps.possible_links, mapped_steps.ranked_links, mapped_steps.proposals.
-- Outputs: mapped_steps.undecided.

create or replace table mapped_steps.undecided as
with schools_like_a_fed_one as (
    select
        school_id,
        'like ' || platform_school_id || ', which ' || fed_by || ' feeds (' || reason || ')' as reason
    from mapped_steps.possible_links
    where fed_by is not null and score >= 0.95
    qualify row_number() over (partition by school_id order by score desc, platform_school_id asc) = 1
),

best_schools_of_platform as (
    select
        platform_school_id,
        list(school_id order by school_id) as schools
    from mapped_steps.ranked_links
    where of_platform = 1
    group by platform_school_id
),

schools_with_ties as (
    select
        ranked.school_id,
        case
            when count(*) > 1
                then
                    'equally like '
                    || mapped_steps.first_three(list(ranked.platform_school_id order by ranked.platform_school_id))
            else
                'like ' || min(ranked.platform_school_id) || ', which is '
                || if(min(ranked.of_platform) = 1, 'as much', 'more') || ' like '
                || mapped_steps.first_three(list_filter(min(best.schools), lambda other: other != ranked.school_id))
        end as reason
    from mapped_steps.ranked_links as ranked
    inner join best_schools_of_platform as best on ranked.platform_school_id = best.platform_school_id
    where ranked.of_school = 1
    group by ranked.school_id
)

select
    school.school_id,
    coalesce(like_fed.reason, tied.reason) as reason
from valid.schools as school
left join schools_like_a_fed_one as like_fed on school.school_id = like_fed.school_id
left join schools_with_ties as tied on school.school_id = tied.school_id
anti join mapped_steps.proposals as proposal on school.school_id = proposal.school_id
where coalesce(like_fed.reason, tied.reason) is not null;
