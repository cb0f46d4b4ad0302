-- Which removals count towards the limits of the district.
-- Inputs: planned.changes, platform_accounts, platform_classes, platform_class_seats.

-- One row a removal by the kind for which limits are set. A seat counts where person and class stay, and an owner's goes
-- with the class. Key: kind, id.
create or replace temp table counted_removals as
select
    case
        when "before" ->> 'teacher_id' is not null then 'teachers'
        when contains("before" ->> 'roles', 'guardian') then 'guardians'
        else 'students'
    end as kind,
    id
from planned.changes
where kind = 'accounts' and "action" = 'remove'
union all
select
    'classes',
    id
from planned.changes
where kind = 'classes' and "action" = 'remove'
union all
select
    'class members',
    s.id
from planned.changes as s
anti join planned.changes as a
    on a.kind = 'accounts' and a."action" = 'remove' and s."before" ->> 'account_id' = a.id
anti join planned.changes as c
    on c.kind = 'classes' and c."action" = 'remove' and s."before" ->> 'class_id' = c.id
where s.kind = 'class_seats' and s."action" = 'remove' and s."before" ->> 'role' != 'owner';

-- One row a kind: how many are removed of how many delivered. Key: kind.
with delivered as (
    select
        case
            when teacher_id is not null then 'teachers'
            when contains(roles, 'guardian') then 'guardians'
            else 'students'
        end as kind
    from platform_accounts
    where removed_at is null
    union all
    select 'classes'
    from platform_classes
    where removed_at is null
    union all
    select 'class members'
    from platform_class_seats
    where removed_at is null
)

select
    d.kind,
    count(*) as delivered,
    coalesce(any_value(r.removals), 0) as removals
from delivered as d
left join (select
    kind,
    count(*) as removals
from counted_removals group by kind) as r on d.kind = r.kind
group by d.kind
order by d.kind;
