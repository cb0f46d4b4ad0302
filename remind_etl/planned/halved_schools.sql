-- The schools that lose school_share of a kind of record or more, and at least least_leaving. What the drop itself added does not
-- count as delivered.
-- Grain: one row a hold and school. Key: hold, school_id.
-- Inputs: planned_steps.counted_removals, planned_steps.account_holds, planned_steps.account_schools,
-- planned_steps.class_schools, planned.change_states, planned_steps.stood_at_schools, platform_classes.
-- Outputs: planned.standing_schools, planned_steps.losing_schools, planned_steps.halved_schools.

create table planned_steps.losing_schools as
with delivered as (
    select
        account.hold,
        school.school_id,
        count(*) as records
    from planned_steps.account_holds as account
    inner join planned_steps.account_schools as school on account.account_id = school.account_id
    group by all
    union all
    select
        'classes',
        school.school_id,
        count(*)
    from platform_classes as class
    inner join planned_steps.class_schools as school on class.class_id = school.class_id
    where class.removed_at is null
    group by all
),

removed as (
    select
        removal.hold,
        change.school_id,
        count(distinct removal.counted_id) as records
    from planned_steps.counted_removals as removal
    inner join planned.change_states as change on removal.change_id = change.change_id
    group by all
)

select
    removed.hold,
    removed.school_id,
    removed.records,
    least(stood.records, delivered.records) as stood
from removed
inner join delivered on removed.hold = delivered.hold and removed.school_id = delivered.school_id
left join planned_steps.stood_at_schools as stood
    on removed.hold = stood.kind and removed.school_id = stood.school_id
where removed.records >= $least_leaving;

insert into planned.standing_schools
select
    hold,
    school_id,
    stood
from planned_steps.losing_schools;

create table planned_steps.halved_schools as
select
    hold,
    school_id
from planned_steps.losing_schools
where records >= $school_share * stood;
