-- No student is in classes of the former and the new school at once. A student who leaves a school stays there until the places
-- in its classes go, and gets no place in classes of other schools until then. A student who is removed goes as a whole.
-- Grain: one row a change and a change on which it depends. Key: change_id, on_change_id.
-- Inputs: planned.school_member_changes, planned.class_membership_changes, planned_steps.lost_roles, platform_classes,
-- provisioned.classes.
-- Outputs: planned_steps.dependencies.

insert into planned_steps.dependencies
with left_schools as (
    select
        member.change_id,
        member.account_id,
        member.school_id
    from planned.school_member_changes as member
    anti join planned_steps.lost_roles as lost_role
        on member.account_id = lost_role.account_id and member."role" = lost_role."role"
    where member."action" = 'remove' and member."role" = 'student'
),

former_places as (
    select
        membership.change_id,
        membership.account_id,
        member.change_id as school_change_id
    from planned.class_membership_changes as membership
    inner join platform_classes as class on membership.class_id = class.class_id
    inner join left_schools as member on membership.account_id = member.account_id and class.school_id = member.school_id
    where membership."action" = 'remove' and membership."role" = 'student'
),

new_places as (
    select
        membership.change_id,
        membership.account_id
    from planned.class_membership_changes as membership
    inner join provisioned.classes as class on membership.class_id = class.class_id
    anti join left_schools as member on membership.account_id = member.account_id and class.school_id = member.school_id
    where membership."action" in ('create', 'revive') and membership."role" = 'student'
),

depends_on as (
    select
        school_change_id as change_id,
        change_id as on_change_id
    from former_places
    union all
    select
        added.change_id,
        former.change_id as on_change_id
    from new_places as added
    inner join former_places as former on added.account_id = former.account_id
    union all
    select
        added.change_id,
        member.change_id as on_change_id
    from new_places as added
    inner join left_schools as member on added.account_id = member.account_id
)

select
    change_id,
    on_change_id,
    false as is_part,
    'former_school_held' as reason_code
from depends_on;
