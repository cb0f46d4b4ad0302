-- Removals by the kinds for which limits are set, of how many delivered records. Key: kind.
-- Inputs: planned.changes, platform_accounts, platform_classes, platform_class_seats.

with removals as (
    select
        case
            when kind = 'classes' then 'classes'
            when kind = 'class_seats' then 'class members'
            when "before" ->> 'teacher_id' is not null then 'teachers'
            when contains("before" ->> 'roles', 'guardian') then 'guardians'
            else 'students'
        end as kind
    from planned.changes
    where "action" = 'remove' and kind in ('accounts', 'classes', 'class_seats')
),

delivered as (
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
    coalesce((select count(*) from removals as r where r.kind = d.kind), 0) as removals
from delivered as d
group by d.kind
order by d.kind;
