-- How many delivered records of a school each file should have.
-- Grain: one row a file and school. Key: file, school_id.
-- Inputs: platform_school_members, platform_classes, platform_class_memberships.
-- Outputs: planned_steps.delivered_schools.

create table planned_steps.delivered_schools as
select
    "role" || 's.csv' as "file",
    school_id,
    count(*) as records
from platform_school_members
where removed_at is null and "role" in ('teacher', 'student')
group by all
union all
select
    'classes.csv',
    school_id,
    count(*)
from platform_classes
where removed_at is null
group by all
union all
select
    'enrollments.csv',
    class.school_id,
    count(*)
from platform_class_memberships as membership
inner join platform_classes as class on membership.class_id = class.class_id and class.removed_at is null
where membership.removed_at is null and membership."role" != 'owner'
group by all;
