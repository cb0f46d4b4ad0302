-- A guardian is at the schools of their students. So the school membership of a guardian also depends on the removals of
-- these students, of their school memberships and of the guardianships.
-- Grain: one row a change and a change on which it depends. Key: change_id, on_change_id.
-- Inputs: planned.school_member_changes, planned.account_changes, planned.guardianship_changes, platform_guardianships,
-- platform_school_members. Outputs: planned_steps.dependencies.

insert into planned_steps.dependencies
with guardian_members as (
    select
        guardian.change_id,
        guardian.account_id as guardian_account_id,
        guardian.school_id,
        student.account_id as student_account_id
    from planned.school_member_changes as guardian
    inner join platform_guardianships as guardianship
        on guardian.account_id = guardianship.guardian_account_id and guardianship.removed_at is null
    inner join platform_school_members as student
        on
            guardianship.student_account_id = student.account_id
            and guardian.school_id = student.school_id
            and student."role" = 'student'
            and student.removed_at is null
    where guardian."action" = 'remove' and guardian."role" = 'guardian'
),

depends_on as (
    select
        guardian.change_id,
        account.change_id as on_change_id
    from guardian_members as guardian
    inner join planned.account_changes as account on guardian.student_account_id = account.account_id
    union all
    select
        guardian.change_id,
        member.change_id as on_change_id
    from guardian_members as guardian
    inner join planned.school_member_changes as member
        on
            guardian.student_account_id = member.account_id
            and guardian.school_id = member.school_id
            and member."role" = 'student'
    union all
    select
        guardian.change_id,
        guardianship.change_id as on_change_id
    from guardian_members as guardian
    inner join planned.guardianship_changes as guardianship
        on
            guardian.guardian_account_id = guardianship.guardian_account_id
            and guardian.student_account_id = guardianship.student_account_id
)

select
    change_id,
    on_change_id,
    false as is_part,
    'student_removal_held' as reason_code
from depends_on;
