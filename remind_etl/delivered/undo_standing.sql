-- The records that an undoing brings back and that an earlier delivery than the newest one took away. The newest delivery
-- counted those of its own removals as delivered already.
-- Grain: one row a hold and school, and one row a hold, with no school. Key: hold, school_id.
-- Inputs: planned_steps.wished_accounts, planned_steps.wished_contact_points, planned_steps.wished_school_members,
-- planned_steps.wished_classes, planned_steps.wished_class_memberships, platform_accounts, platform_contact_points,
-- platform_classes, platform_class_memberships, history. $newest: the number of the newest delivery that is no undoing.
-- Outputs: none.

with removed_by_newest as (
    select
        kind,
        id
    from history
    where "number"::bigint = $newest and "action" in ('remove', 'update')
),

delivered_accounts as (
    select
        account_id,
        planned.hold_of_account(teacher_id, roles) as hold
    from platform_accounts
    where removed_at is null
),

wished_accounts as (
    select
        account_id,
        planned.hold_of_account(teacher_id, roles) as hold
    from planned_steps.wished_accounts
    where is_there
),

account_schools as (
    select
        account_id,
        min(school_id) as school_id
    from planned_steps.wished_school_members
    where is_there
    group by account_id
),

returned_records as (
    select
        wished.hold,
        school.school_id,
        'accounts' as kind,
        wished.account_id as id
    from wished_accounts as wished
    left join account_schools as school on wished.account_id = school.account_id
    anti join delivered_accounts as delivered on wished.account_id = delivered.account_id and wished.hold = delivered.hold
    union all
    select
        'contact points',
        null,
        'contact_points',
        concat_ws('/', wished.kind, wished."value")
    from planned_steps.wished_contact_points as wished
    anti join platform_contact_points as delivered
        on wished.kind = delivered.kind and wished."value" = delivered."value" and delivered.removed_at is null
    where wished.is_there
    union all
    select
        'classes',
        wished.school_id,
        'classes',
        wished.class_id
    from planned_steps.wished_classes as wished
    anti join platform_classes as delivered on wished.class_id = delivered.class_id and delivered.removed_at is null
    where wished.is_there
    union all
    select
        'class members',
        null,
        'class_memberships',
        concat_ws('/', wished.class_id, wished.account_id, wished."role")
    from planned_steps.wished_class_memberships as wished
    anti join platform_class_memberships as delivered
        on
            wished.class_id = delivered.class_id
            and wished.account_id = delivered.account_id
            and wished."role" = delivered."role"
            and delivered.removed_at is null
    where wished.is_there
)

select
    returned.hold,
    returned.school_id,
    count(*) as records
from returned_records as returned
anti join removed_by_newest as removed on returned.kind = removed.kind and returned.id = removed.id
group by grouping sets ((returned.hold, returned.school_id), (returned.hold))
having returned.school_id is not null or grouping(returned.school_id) = 1;
