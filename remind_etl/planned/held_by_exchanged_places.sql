-- Hold `class members`, whatever the limits of removals: least_exchanging people or more leave classes and come into others, and
-- either all these classes and people have as many places as before, or the people are school_share of those in classes of a
-- school. A column of people that was sorted alone looks so.
-- Grain: one row a change; one row the hold. Key: hold, change_id; kind.
-- Inputs: planned.waits, planned.class_membership_changes, planned.class_changes, platform_classes, platform_class_memberships.
-- Outputs: planned_steps.exchanged_places, planned.waits, planned.holds.

-- One row a place that is lost or new, in a class that stays, of a person with both. Key: change_id.
create table planned_steps.exchanged_places as
with places as (
    select
        membership.change_id,
        membership.account_id,
        membership.class_id,
        class.school_id,
        membership."action" = 'remove' as is_lost
    from planned.class_membership_changes as membership
    inner join platform_classes as class on membership.class_id = class.class_id and class.removed_at is null
    anti join planned.class_changes as removed_class
        on membership.class_id = removed_class.class_id and removed_class."action" = 'remove'
    where
        membership."role" != 'owner'
        and membership."action" in ('create', 'revive', 'remove')
        and membership.change_id not in (select waiting.change_id from planned.waits as waiting where waiting.hold = 'moves')
),

exchanging_people as (
    select account_id
    from places
    group by account_id
    having bool_or(is_lost) and not bool_and(is_lost)
)

select place.*
from places as place
semi join exchanging_people as person on place.account_id = person.account_id;

insert into planned.waits
with people_in_classes as (
    select
        class.school_id,
        count(distinct membership.account_id) as people
    from platform_class_memberships as membership
    inner join platform_classes as class on membership.class_id = class.class_id
    where membership.removed_at is null and membership."role" != 'owner'
    group by class.school_id
),

halved_schools as (
    select place.school_id
    from planned_steps.exchanged_places as place
    inner join people_in_classes as school on place.school_id = school.school_id
    group by place.school_id
    having count(distinct place.account_id) >= greatest($least_exchanging, $school_share * any_value(school.people))
),

class_balances as (
    select 2 * count_if(is_lost) - count(*) as balance
    from planned_steps.exchanged_places
    group by class_id
),

person_balances as (
    select 2 * count_if(is_lost) - count(*) as balance
    from planned_steps.exchanged_places
    group by account_id
),

balanced_people as (
    select count(*) as people
    from person_balances
    where
        not exists (from person_balances as other where other.balance != 0)
        and not exists (from class_balances as class where class.balance != 0)
)

select
    'class members' as hold,
    place.change_id,
    'places_exchanged' as reason_code
from planned_steps.exchanged_places as place
cross join balanced_people
where balanced_people.people >= $least_exchanging or place.school_id in (select school.school_id from halved_schools as school)
on conflict do nothing;

update planned.holds
set is_held = true
where
    kind = 'class members'
    and exists (from planned.waits as waiting where waiting.hold = 'class members' and waiting.reason_code = 'places_exchanged');
