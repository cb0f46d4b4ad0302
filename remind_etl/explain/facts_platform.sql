-- What the platform has of the subjects. Inputs: subjects, accounts, school_members, classes, removed.

insert into facts by name
select
    s.kind,
    s.id,
    case
        when coalesce(a.account_id, c.class_id) is not null then 'on_platform'
        when r.id is not null then 'removed'
        else 'not_on_platform'
    end as fact,
    coalesce(s.account_id, s.id) as other,
    a.roles as "role",
    r.removed_at as what
from subjects as s
left join accounts as a on s.account_id = a.account_id
left join classes as c on s.kind = 'class' and s.id = c.class_id
left join removed as r
    on (r.kind = 'accounts' and s.account_id = r.id) or (r.kind = 'classes' and s.kind = 'class' and s.id = r.id)
where s.kind in ('teacher', 'student', 'guardian', 'class');

insert into facts by name
select
    s.kind,
    s.id,
    'at_school' as fact,
    m.school_id,
    m."role"
from subjects as s
inner join school_members as m on s.account_id = m.account_id;

insert into facts by name
select
    s.kind,
    s.id,
    'members' as fact,
    m."role",
    count(*) as "count"
from subjects as s
inner join school_members as m on s.kind = 'school' and s.id = m.school_id
group by s.kind, s.id, m."role";
