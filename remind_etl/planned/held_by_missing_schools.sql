-- Hold `schools`: what is lost because a school is missing in a file. held_dependents.sql adds what depends on it.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned_steps.missing_schools, planned_steps.lost_roles, planned.school_member_changes,
-- planned.guardianship_changes, planned.class_changes, planned.class_membership_changes, platform_classes.
-- Outputs: planned.waits.

insert into planned.waits
with lost_members as (
    select
        member.change_id,
        member.account_id,
        member."role",
        school.reason_code
    from planned.school_member_changes as member
    inner join planned_steps.missing_schools as school
        on
            member.school_id = school.school_id
            and school."file" = if(member."role" = 'teacher', 'teachers.csv', 'students.csv')
    where member."action" = 'remove'
)

select
    'schools' as hold,
    change_id,
    reason_code
from lost_members
union all
select
    'schools',
    lost_role.change_id,
    min(member.reason_code)
from lost_members as member
inner join planned_steps.lost_roles as lost_role
    on member.account_id = lost_role.account_id and member."role" = lost_role."role"
where member."role" != 'guardian'
group by lost_role.change_id
union all
select
    'schools',
    guardianship.change_id,
    min(member.reason_code)
from planned.guardianship_changes as guardianship
inner join lost_members as member on guardianship.student_account_id = member.account_id and member."role" = 'student'
where guardianship."action" = 'remove'
group by guardianship.change_id
union all
select
    'schools',
    class.change_id,
    school.reason_code
from planned.class_changes as class
inner join planned_steps.missing_schools as school
    on class.old_school_id = school.school_id and school."file" = 'classes.csv'
where class."action" = 'remove'
union all
select
    'schools',
    membership.change_id,
    school.reason_code
from planned.class_membership_changes as membership
inner join platform_classes as delivered on membership.class_id = delivered.class_id
inner join planned_steps.missing_schools as school
    on delivered.school_id = school.school_id and school."file" = 'enrollments.csv'
where membership."action" = 'remove' and membership."role" != 'owner';
