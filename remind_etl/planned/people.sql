-- The plan in people's terms: whom it takes their last contact, class or owner. Inputs: planned.changes,
-- platform_accounts, platform_contact_points, platform_guardianships, platform_classes, platform_class_memberships.

-- One row a change that is applied, by what goes alone and by all, with what waits.
create or replace temp table applied as
select
    s.with_waiting,
    c.*
from planned.changes as c
inner join (select unnest([false, true]) as with_waiting) as s on s.with_waiting or c.state = 'go';

-- One row a record that refers to others and is there after. `a` and `b` are what it refers to.
create or replace temp table links_after as
with before as (
    select
        'contact_points' as kind,
        kind || '/' || "value" as id,
        account_id as a,
        null as b,
        null as "role"
    from platform_contact_points
    where removed_at is null
    union all
    select
        'guardianships',
        guardian_account_id || '/' || student_account_id,
        guardian_account_id,
        student_account_id,
        null
    from platform_guardianships
    where removed_at is null
    union all
    select
        'class_memberships',
        class_id || '/' || account_id || '/' || "role",
        account_id,
        class_id,
        "role"
    from platform_class_memberships
    where removed_at is null
)

select
    s.with_waiting,
    b.*
from before as b
cross join (select unnest([null, false, true]) as with_waiting) as s
anti join applied as c on s.with_waiting = c.with_waiting and b.kind = c.kind and b.id = c.id
union all
select
    with_waiting,
    kind,
    id,
    coalesce("after" ->> 'guardian_account_id', "after" ->> 'account_id'),
    coalesce("after" ->> 'student_account_id', "after" ->> 'class_id'),
    "after" ->> 'role'
from applied
where kind in ('contact_points', 'guardianships', 'class_memberships') and "action" != 'remove';

insert into planned.people
with reachable as (
    select
        with_waiting,
        a as account_id
    from links_after
    where kind = 'contact_points'
    union
    select
        g.with_waiting,
        g.b
    from links_after as g
    inner join links_after as c
        on g.with_waiting is not distinct from c.with_waiting and c.kind = 'contact_points' and g.a = c.a
    where g.kind = 'guardianships'
),

provided as (
    select
        'families_without_contact' as term,
        r.with_waiting,
        r.account_id as id
    from reachable as r
    semi join platform_accounts as p on r.account_id = p.account_id and p.student_id is not null and p.removed_at is null
    union
    select
        'students_without_class',
        with_waiting,
        a
    from links_after
    where kind = 'class_memberships' and "role" = 'student'
    union
    select
        'classes_without_owner',
        with_waiting,
        b
    from links_after
    where kind = 'class_memberships' and "role" = 'owner'
),

without as (
    select
        p.term,
        s.with_waiting,
        p.id
    from provided as p
    cross join (select unnest([false, true]) as with_waiting) as s
    anti join provided as still on p.term = still.term and p.id = still.id and s.with_waiting = still.with_waiting
    anti join applied as gone on s.with_waiting = gone.with_waiting and gone."action" = 'remove' and p.id = gone.id
    where p.with_waiting is null
)

select
    t.term,
    count(w.id) filter (where not w.with_waiting),
    count(w.id) filter (where w.with_waiting)
from (select unnest(['families_without_contact', 'classes_without_owner', 'students_without_class']) as term) as t
left join without as w on t.term = w.term
group by t.term;
