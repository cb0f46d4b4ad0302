-- The classes that this plan takes their last owner, and the students whom it takes their last class.
-- Grain: one row a term. Key: term.
-- Inputs: planned.class_membership_changes, planned.class_changes, planned.account_changes, platform_class_memberships.
-- Outputs: planned.people.

insert into planned.people
with versions as (
    select unnest([false, true]) as with_waiting
),

-- One row a class or student that may lose the last. Key: role, id.
at_risk as (
    select distinct
        "role",
        if("role" = 'owner', class_id, account_id) as id
    from planned.class_membership_changes
    where "action" = 'remove' and "role" in ('owner', 'student')
),

lost_memberships as (
    select
        version.with_waiting,
        change.*
    from planned.class_membership_changes as change
    inner join versions as version on version.with_waiting or change.state = 'go'
),

memberships_after as (
    select
        version.with_waiting,
        membership."role",
        if(membership."role" = 'owner', membership.class_id, membership.account_id) as id
    from platform_class_memberships as membership
    cross join versions as version
    anti join lost_memberships as lost
        on
            version.with_waiting = lost.with_waiting
            and membership.class_id = lost.class_id
            and membership.account_id = lost.account_id
            and membership."role" = lost."role"
            and lost."action" = 'remove'
    where
        membership.removed_at is null
        and if(membership."role" = 'owner', membership.class_id, membership.account_id) in (select risk.id from at_risk as risk)
    union all
    select
        with_waiting,
        "role",
        if("role" = 'owner', class_id, account_id)
    from lost_memberships
    where "action" in ('create', 'revive')
),

removed_records as (
    select
        'owner' as "role",
        class_id as id,
        state
    from planned.class_changes
    where "action" = 'remove'
    union all
    select
        'student',
        account_id,
        state
    from planned.account_changes
    where "action" = 'remove'
),

without as (
    select
        version.with_waiting,
        risk."role",
        risk.id
    from at_risk as risk
    cross join versions as version
    anti join memberships_after as still
        on version.with_waiting = still.with_waiting and risk."role" = still."role" and risk.id = still.id
    anti join removed_records as removed
        on risk."role" = removed."role" and risk.id = removed.id and (version.with_waiting or removed.state = 'go')
)

select
    term.term,
    count(without.id) filter (where not without.with_waiting) as left_so,
    count(without.id) filter (where without.with_waiting) as if_approved
from (values ('classes_without_owner', 'owner'), ('students_without_class', 'student')) as term (term, "role")
left join without using ("role")
group by term.term;
