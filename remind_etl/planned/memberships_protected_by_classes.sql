-- A membership of a protected class stays. A student who moved to another school leaves the class all the same.
-- Grain: one row a change and reason. Key: none.
-- Inputs: planned_steps.removed_memberships, planned.protected_records, planned.class_membership_changes,
-- planned.school_member_changes, platform_classes, platform_school_members, provisioned.school_members.
-- Outputs: planned_steps.protected_changes.

insert into planned_steps.protected_changes
with students_at_schools as (
    select
        account_id,
        school_id
    from platform_school_members as delivered
    anti join planned.school_member_changes as change
        on
            delivered.account_id = change.account_id
            and delivered.school_id = change.school_id
            and delivered."role" = change."role"
            and change."action" = 'remove'
    where delivered.removed_at is null and delivered."role" = 'student'
    union all
    select
        account_id,
        school_id
    from provisioned.school_members
    where "role" = 'student'
),

moved_students as (
    select membership.change_id
    from planned.class_membership_changes as membership
    inner join platform_classes as class on membership.class_id = class.class_id
    semi join provisioned.school_members as wanted
        on membership.account_id = wanted.account_id and wanted."role" = 'student'
    anti join students_at_schools as student
        on membership.account_id = student.account_id and class.school_id = student.school_id
    where membership."role" = 'student'
)

select
    membership.change_id,
    'memberships_protected_by_classes' as rule,
    class.reason_code,
    class."file",
    class.line
from planned_steps.removed_memberships as membership
inner join planned.protected_records as class on class.kind = 'classes' and membership.class_id = class."key"
anti join moved_students as moved on membership.change_id = moved.change_id;
