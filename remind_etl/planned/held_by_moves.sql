-- Hold `moves`: if half of a school moves to other schools, the moves wait, and what rests on them: places in classes of the
-- old and new schools, classes that come to a new school with their teacher, and the guardians' places at the new schools.
-- guardian_schools.sql keeps the guardians at the old ones.
-- Grain: one row a change; one row the hold. Key: change_id; kind.
-- Inputs: planned_steps.moves, planned_steps.moved_people, planned.class_changes, planned.class_membership_changes,
-- planned.school_member_changes, platform_classes, platform_school_members, provisioned.classes,
-- provisioned.guardianships, provisioned.school_members.
-- Outputs: planned_steps.moving_classes, planned.waits, planned.holds.

-- One row a class that comes to a school with its teacher. Key: class_id.
create table planned_steps.moving_classes as
select
    class.change_id,
    class.class_id
from planned.class_changes as class
inner join provisioned.classes as wanted on class.class_id = wanted.class_id
semi join planned_steps.moves as move
    on
        wanted.owner_account_id = move.account_id
        and wanted.school_id = move.school_id
        and move."role" = 'teacher'
        and not move.is_left;

insert into planned.waits
with classes_at_schools as (
    select
        class_id,
        school_id
    from platform_classes
    where removed_at is null
    union
    select
        class_id,
        school_id
    from provisioned.classes
),

memberships as (
    select membership.change_id
    from planned.class_membership_changes as membership
    inner join classes_at_schools as class on membership.class_id = class.class_id
    inner join planned_steps.moves as move
        on
            membership.account_id = move.account_id
            and class.school_id = move.school_id
            and (membership."action" = 'remove') = move.is_left
    where membership."role" != 'owner'
),

students_of_guardians as (
    select
        guardianship.guardian_account_id,
        student.school_id,
        bool_and(move.change_id is not null) as are_all_moving
    from provisioned.guardianships as guardianship
    inner join provisioned.school_members as student
        on guardianship.student_account_id = student.account_id and student."role" = 'student'
    left join planned_steps.moves as move
        on student.account_id = move.account_id and student.school_id = move.school_id and not move.is_left
    group by guardianship.guardian_account_id, student.school_id
),

guardians as (
    select member.change_id
    from planned.school_member_changes as member
    inner join students_of_guardians as student
        on member.account_id = student.guardian_account_id and member.school_id = student.school_id
    where member."role" = 'guardian' and member."action" in ('create', 'revive') and student.are_all_moving
)

select
    'moves' as hold,
    change_id,
    'half_of_school_moves' as reason_code
from planned_steps.moves
union
select
    'moves',
    change_id,
    'half_of_school_moves'
from memberships
union
select
    'moves',
    change_id,
    'half_of_school_moves'
from planned_steps.moving_classes
union
select
    'moves',
    membership.change_id,
    'half_of_school_moves'
from planned.class_membership_changes as membership
semi join planned_steps.moving_classes as class on membership.class_id = class.class_id
union
select
    'moves',
    change_id,
    'half_of_school_moves'
from guardians;

insert into planned.holds
select
    'moves' as kind,
    count(distinct account_id) as records,
    (
        select count(distinct member.account_id)
        from platform_school_members as member
        where member.removed_at is null and member."role" != 'guardian'
    ) as delivered,
    0 as allowed,
    true as is_held,
    false as is_approved
from planned_steps.moved_people
having count(*) > 0;
