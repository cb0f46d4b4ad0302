-- The school of each account and class. People at several schools have the first by school_id.
-- Grain: one row an account; one row a class. Key: account_id; class_id.
-- Inputs: provisioned.school_members, provisioned.classes, platform_school_members, platform_classes.
-- Outputs: planned_steps.account_schools, planned_steps.class_schools.

create table planned_steps.account_schools as
select
    account_id,
    min(school_id) as school_id
from (
    select
        account_id,
        school_id
    from provisioned.school_members
    union all
    select
        account_id,
        school_id
    from platform_school_members
    where removed_at is null
)
group by account_id;

create table planned_steps.class_schools as
select
    class_id,
    min(school_id) as school_id
from (
    select
        class_id,
        school_id
    from provisioned.classes
    union all
    select
        class_id,
        school_id
    from platform_classes
    where removed_at is null
)
group by class_id;
