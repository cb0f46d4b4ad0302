-- What the plan changes of the subjects, what waits for a person, and what stays although the files do not say so.
-- Inputs: subjects, changes, kept.

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
    s.kind,
    s.id,
    c.state as fact,
    replace(c.kind, '_', ' ') as what,
    c.id as other,
    c.reason as why
from subjects as s
inner join changes as c on contains(c.id, s.account_id) or (s.kind = 'class' and starts_with(c.id || '/', s.id || '/'))
where c.state in ('held', 'paused') and c.kind != 'contact_points';

insert into facts by name
select
    s.kind,
    s.id,
    'kept' as fact,
    replace(k.kind, '_', ' ') as what,
    k.id as other,
    k.reason as why
from subjects as s
inner join kept as k on contains(k.id, s.account_id) or (s.kind = 'class' and starts_with(k.id || '/', s.id || '/'))
where k.kind != 'contact_points';
