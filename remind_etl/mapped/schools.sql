-- The schools of the files with their links. Inputs: valid.schools; platform_schools (platform_school_id, name) and
-- school_links (school_id, platform_school_id, link, school_name) as people decided them; proposals, undecided of
-- proposals.sql.

-- A school that has another name than when a person linked it: the link stays.
insert into valid.findings by name
select
    'mapped/schools' as found_by,
    'school_renamed' as code,
    'schools.csv' as "file",
    s.line,
    'school_name' as "column",
    s.school_name as "value",
    'school' as record_type,
    s.school_id as record_id,
    s.school_id
from valid.schools as s
inner join school_links as l on s.school_id = l.school_id
where l.link = 'confirmed' and school_key(s.school_name) != school_key(l.school_name);

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
        when school_key(s.school_name) != school_key(l.school_name) then 'decided when it was named ' || l.school_name
        when l.link is not null then 'decided'
        else coalesce(p.reason, u.reason)
    end as reason
from valid.schools as s
left join school_links as l on s.school_id = l.school_id
left join proposals as p on s.school_id = p.school_id
left join undecided as u on s.school_id = u.school_id
left join platform_schools as n on coalesce(l.platform_school_id, p.platform_school_id) = n.platform_school_id
order by s.line;
