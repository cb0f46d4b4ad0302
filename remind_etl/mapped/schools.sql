-- The schools of the files, each with the platform school that it feeds, or might feed.
-- Grain: one row a school of the drop. Key: school_id. link: `confirmed`, `ignored`, `proposed` or `unknown`.
-- Inputs: valid.schools, valid.teachers, valid.students, platform_schools, school_links, mapped_steps.proposals,
-- mapped_steps.undecided, mapped_steps.renamed_schools.
-- Outputs: mapped.schools.

create or replace table mapped.schools as
with people_of_schools as (
    select
        school_id,
        count(*) as people
    from (
        select distinct
            school_id,
            'teacher ' || teacher_id as person
        from valid.teachers
        union all
        select distinct
            school_id,
            'student ' || student_id
        from valid.students
    )
    group by school_id
)

select
    school.school_id,
    school.school_name,
    coalesce(decided.platform_school_id, proposal.platform_school_id) as platform_school_id,
    platform_school."name" as platform_school_name,
    case
        when decided.link = 'confirmed' and platform_school.platform_school_id is null then 'unknown'
        when decided.link is not null then decided.link
        when $policy = 'exact' and proposal.score >= 0.99 and not list_contains($taken_back::varchar[], school.school_id)
            then 'confirmed'
        when proposal.school_id is not null then 'proposed'
        else 'unknown'
    end as link,
    proposal.score,
    case
        when decided.link = 'confirmed' and platform_school.platform_school_id is null
            then 'the platform no longer has the school'
        when renamed.school_id is not null then 'decided when it was named ' || renamed.decided_name
        when decided.link is not null then 'decided'
        else coalesce(proposal.reason, undecided_school.reason)
    end as reason,
    coalesce(school_people.people, 0) as people
from valid.schools as school
left join school_links as decided on school.school_id = decided.school_id
left join mapped_steps.renamed_schools as renamed on school.school_id = renamed.school_id
left join mapped_steps.proposals as proposal on school.school_id = proposal.school_id
left join mapped_steps.undecided as undecided_school on school.school_id = undecided_school.school_id
left join platform_schools as platform_school
    on coalesce(decided.platform_school_id, proposal.platform_school_id) = platform_school.platform_school_id
left join people_of_schools as school_people on school.school_id = school_people.school_id
order by school.line;
