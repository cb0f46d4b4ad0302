-- Teachers and students who move to other schools, if their old school loses school_share of its teachers or students or
-- more, and at least least_leaving. Removed ones count too, also those whom an earlier run removed while the moves waited.
-- A column of schools that was sorted alone looks so.
-- Grain: one row a school and role; an account and role that moves; a change of school of it. Key: school_id, role;
-- account_id, role; change_id.
-- Inputs: planned.school_member_changes, planned.waits, planned_steps.lost_roles, planned_steps.stood_at_schools,
-- platform_school_members.
-- Outputs: planned.standing_schools, planned_steps.left_schools, planned_steps.moved_people, planned_steps.moves.

-- The schools that lose least_leaving or more of their teachers or students.
create table planned_steps.left_schools as
with losses as (
    select
        account_id,
        "role",
        school_id
    from planned.school_member_changes
    where
        "action" = 'remove'
        and "role" != 'guardian'
        and change_id not in (select waiting.change_id from planned.waits as waiting)
),

losing as (
    select
        person.school_id,
        person."role",
        'moving ' || person."role" || 's' as kind,
        count(losses.account_id) as records,
        count(*) as delivered
    from platform_school_members as person
    left join losses
        on
            person.account_id = losses.account_id
            and person."role" = losses."role"
            and person.school_id = losses.school_id
    where person.removed_at is null and person."role" != 'guardian'
    group by person.school_id, person."role"
    having count(losses.account_id) > 0
),

with_earlier_runs as (
    select
        losing.school_id,
        losing."role",
        losing.kind,
        greatest(losing.records, earlier.records) as records,
        coalesce(stood.records, losing.delivered) as stood
    from losing
    left join planned_steps.stood_at_schools as stood on losing.kind = stood.kind and losing.school_id = stood.school_id
    left join planned_steps.stood_at_schools as earlier
        on 'left by ' || losing."role" || 's' = earlier.kind and losing.school_id = earlier.school_id
)

select *
from with_earlier_runs
where records >= $least_leaving;

insert into planned.standing_schools
select
    kind,
    school_id,
    stood
from planned_steps.left_schools
union all
select
    'left by ' || "role" || 's',
    school_id,
    records
from planned_steps.left_schools;

create table planned_steps.moved_people as
with new_places as (
    select
        account_id,
        "role"
    from planned.school_member_changes
    where "action" in ('create', 'revive')
)

select distinct
    member.account_id,
    member."role"
from planned.school_member_changes as member
inner join planned_steps.left_schools as school on member.school_id = school.school_id and member."role" = school."role"
semi join new_places on member.account_id = new_places.account_id and member."role" = new_places."role"
anti join planned_steps.lost_roles as lost_role
    on member.account_id = lost_role.account_id and member."role" = lost_role."role"
where
    member."action" = 'remove'
    and school.records >= $school_share * school.stood
    and member.change_id not in (select waiting.change_id from planned.waits as waiting);

create table planned_steps.moves as
select
    member.change_id,
    member.account_id,
    member."role",
    member.school_id,
    member."action" = 'remove' as is_left
from planned.school_member_changes as member
semi join planned_steps.moved_people as person on member.account_id = person.account_id and member."role" = person."role";
