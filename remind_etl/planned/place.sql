-- At which school each change is: of people at several, the first by school_id.
-- Inputs: planned.changes, provisioned.school_members, provisioned.classes; platform_school_members, platform_classes.

create or replace temp table places as
select
    account_id as id,
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
group by account_id
union all
select
    class_id,
    min(school_id)
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

update planned.changes
set school = places.school_id
from places
where
    places.id = case changes.kind
        when 'guardianships' then coalesce("after", "before") ->> 'student_account_id'
        when 'class_memberships' then coalesce("after", "before") ->> 'class_id'
        when 'classes' then changes.id
        else coalesce("after", "before") ->> 'account_id'
    end;

update planned.changes
set school = coalesce("after", "before") ->> 'school_id'
where kind = 'school_members';
