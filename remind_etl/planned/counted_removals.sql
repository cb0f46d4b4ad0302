-- Which changes count as removals of people. A person counts once who goes, or who stays and loses a role, a school or a
-- student. A change that waits for a missing school does not count.
-- Grain: one row a change and hold. Key: hold, change_id. counted_id is the change that counts: the same one for all
-- changes of one person.
-- Inputs: planned.waits, planned_steps.lost_roles, planned_steps.account_holds, planned.school_member_changes,
-- planned.guardianship_changes, provisioned.school_members, platform_school_members.
-- Outputs: planned_steps.counted_removals.

create table planned_steps.counted_removals as
with wanted_schools as (
    select
        account_id,
        "role",
        count(*) as schools
    from provisioned.school_members
    group by all
),

delivered_schools as (
    select
        account_id,
        "role",
        count(*) as schools
    from platform_school_members
    where removed_at is null and "role" != 'guardian'
    group by all
),

at_fewer_schools as (
    select
        delivered.account_id,
        delivered."role"
    from delivered_schools as delivered
    inner join wanted_schools as wanted
        on
            delivered.account_id = wanted.account_id
            and delivered."role" = wanted."role"
            and delivered.schools > wanted.schools
),

lost_accounts_and_roles as (
    select
        if(lost_role.is_removed, account.hold, lost_role."role" || 's') as hold,
        lost_role.account_id as counted_id,
        lost_role.change_id
    from planned_steps.lost_roles as lost_role
    inner join planned_steps.account_holds as account on lost_role.account_id = account.account_id
),

lost_schools as (
    select
        member."role" || 's' as hold,
        member.account_id as counted_id,
        member.change_id
    from planned.school_member_changes as member
    semi join at_fewer_schools as person on member.account_id = person.account_id and member."role" = person."role"
    where member."action" = 'remove'
),

lost_students as (
    select
        'guardians' as hold,
        guardianship.guardian_account_id as counted_id,
        guardianship.change_id
    from planned.guardianship_changes as guardianship
    anti join planned_steps.lost_roles as guardian
        on guardianship.guardian_account_id = guardian.account_id and guardian."role" = 'guardian'
    anti join planned_steps.lost_roles as student
        on guardianship.student_account_id = student.account_id and student.is_removed
    where guardianship."action" = 'remove'
)

select distinct *
from (
    from lost_accounts_and_roles
    union all
    from lost_schools
    union all
    from lost_students
)
where change_id not in (select waiting.change_id from planned.waits as waiting);
