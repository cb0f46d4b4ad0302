-- What the plan changes of the subjects, what waits for a person, and what stays although the files do not say so; seats
-- that stay are told with the places. Inputs: subjects, named_places, accounts, changes, kept.

insert into facts by name
select
    s.kind,
    s.id,
    'change_' || c."action" as fact
from subjects as s
inner join changes as c
    on
        (c.kind = 'accounts' and s.account_id = c.id)
        or (c.kind = 'classes' and s.kind = 'class' and s.id = c.id)
where c.state = 'go';

insert into facts by name
select
    'place' as kind,
    getvariable('record') as id,
    'change_' || c."action" as fact
from named_places as n
inner join accounts as a on n.person_id in (a.student_id, a.teacher_id)
inner join changes as c on c.kind = 'class_memberships' and starts_with(c.id, n.class_id || '/' || a.account_id || '/')
where c.state = 'go';

-- The class that a record of a kind is, or is a seat of; a class_id may have slashes.
create or replace temp macro class_of(kind, id) as
case kind when 'classes' then id when 'class_memberships' then regexp_replace(id, '/[^/]*/[^/]*$', '') end;

-- What a record of a kind is called.
create or replace temp macro called(kind) as
case kind
    when 'accounts' then 'account' when 'school_members' then 'membership' when 'guardianships' then 'guardianship'
    when 'classes' then 'class'
end;

insert into facts by name
select
    s.kind,
    s.id,
    c.state as fact,
    case c."action" when 'remove' then 'removal' else 'change' end || ' of ' || called(c.kind) as what,
    c.id as other,
    c.reason as why
from subjects as s
inner join changes as c on contains(c.id, s.account_id) or (s.kind = 'class' and s.id = class_of(c.kind, c.id))
where c.state in ('held', 'paused') and called(c.kind) is not null;

insert into facts by name
select
    s.kind,
    s.id,
    'kept' as fact,
    called(k.kind) as what,
    k.id as other,
    k.reason as why
from subjects as s
inner join kept as k on contains(k.id, s.account_id) or (s.kind = 'class' and s.id = class_of(k.kind, k.id))
where called(k.kind) is not null;
