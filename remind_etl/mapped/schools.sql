-- The schools of the files and the schools of the platform.
-- Inputs: valid.schools; platform_schools (platform_school_id, name) and school_links (school_id, platform_school_id,
-- link) as people decided them.

-- Names are compared by their letters and digits, without case and accents.
create or replace temp macro school_key(name) as
trim(regexp_replace(strip_accents(lower(name)), '[^\pL\pN]+', ' ', 'g'));

-- One row a proposal, at most one for a school of the files and one for a school of the platform: an exact id before an
-- exact name before the most similar name. A school about which a person decided is not proposed for.
create or replace temp table proposals as
with free_schools as (
    select
        s.school_id,
        s.school_name,
        school_key(s.school_name) as "key"
    from valid.schools as s
    anti join school_links as l on s.school_id = l.school_id
),

free_platform_schools as (
    select
        p.platform_school_id,
        p."name",
        school_key(p."name") as "key"
    from platform_schools as p
    anti join school_links as l on p.platform_school_id = l.platform_school_id
),

scored as (
    select
        s.school_id,
        p.platform_school_id,
        case
            when s.school_id = p.platform_school_id then 1.0
            when s."key" = p."key" and s."key" != '' then 0.99
            else least(0.98, jaro_winkler_similarity(s."key", p."key"))
        end as score
    from free_schools as s
    cross join free_platform_schools as p
),

ranked as (
    select
        *,
        rank() over (partition by school_id order by score desc) as of_school,
        count(*) over (partition by school_id, score) as ties_of_school,
        rank() over (partition by platform_school_id order by score desc) as of_platform,
        count(*) over (partition by platform_school_id, score) as ties_of_platform
    from scored
    where score >= 0.85
)

select
    school_id,
    platform_school_id,
    score,
    case when score = 1 then 'same id' when score >= 0.99 then 'same name' else 'similar name' end as reason
from ranked
where of_school = 1 and of_platform = 1 and ties_of_school = 1 and ties_of_platform = 1;

-- One row a school of the drop, with the platform school it feeds, or might feed. Key: school_id.
create or replace table mapped.schools as
select
    s.school_id,
    s.school_name,
    coalesce(l.platform_school_id, p.platform_school_id) as platform_school_id,
    n."name" as platform_school_name,
    case
        when l.link = 'confirmed' and n.platform_school_id is null then 'unknown'
        when l.link is not null then l.link
        when $policy = 'exact' and p.score >= 0.99 then 'confirmed'
        when p.school_id is not null then 'proposed'
        else 'unknown'
    end as link,
    p.score,
    case
        when l.link = 'confirmed' and n.platform_school_id is null then 'the platform no longer has the school'
        when l.link is not null then 'decided'
        else p.reason
    end as reason
from valid.schools as s
left join school_links as l on s.school_id = l.school_id
left join proposals as p on s.school_id = p.school_id
left join platform_schools as n on coalesce(l.platform_school_id, p.platform_school_id) = n.platform_school_id
order by s.line;
