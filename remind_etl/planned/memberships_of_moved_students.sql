-- The memberships that would be removed because the student is at other schools now, and no longer at the school of the class.
-- Neither the class nor a rejected enrollment protects them.
-- Grain: one row a membership. Key: change_id.
-- Inputs: planned.class_membership_changes, planned.school_member_changes, platform_classes, platform_school_members,
-- provisioned.school_members.
-- Outputs: planned_steps.memberships_of_moved_students.

create table planned_steps.memberships_of_moved_students as
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
)

select membership.change_id
from planned.class_membership_changes as membership
inner join platform_classes as class on membership.class_id = class.class_id
semi join provisioned.school_members as wanted
    on membership.account_id = wanted.account_id and wanted."role" = 'student'
anti join students_at_schools as student
    on membership.account_id = student.account_id and class.school_id = student.school_id
where membership."role" = 'student' and membership."action" = 'remove';
