-- What the subjects' schools feed, and who decided it. Inputs: subjects, own_rows, schools, decisions, school_members.

insert into facts by name
with at_schools as (
    select
        kind,
        id,
        school_id
    from own_rows
    union
    select
        s.kind,
        s.id,
        m.school_id
    from subjects as s
    inner join school_members as m on s.account_id = m.account_id
    union
    select
        s.kind,
        s.id,
        s.id as school_id
    from subjects as s
    semi join school_members as m on s.id = m.school_id
    where s.kind = 'school'
)

select
    a.kind,
    a.id,
    case when l.school_id is null then 'school_vanished' else 'school_' || l.link end as fact,
    a.school_id,
    l.platform_school_id as other,
    coalesce(l.reason, 'no school of the platform is like it') as why,
    coalesce(' by ' || d.decided_by || ' at ' || d.decided_at, '') as what
from at_schools as a
left join schools as l on a.school_id = l.school_id
left join decisions as d on a.school_id = d.school_id and l.link in ('confirmed', 'ignored')
where a.school_id is not null and (l.school_id is not null or a.school_id in (select m.school_id from school_members as m));
