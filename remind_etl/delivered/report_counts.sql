-- The numbers that people ask for first: records that the platform holds of a district.
-- Grain: one row a number. Key: name.
-- Inputs: platform_class_memberships, live_accounts, live_contact_points, live_classes, live_guardianships.
-- Outputs: report_counts.

create or replace temp view report_counts as
with memberships_of_accounts as (
    select
        membership.account_id,
        count(*) as memberships,
        count(*) filter (where membership."role" = 'student') as as_student
    from platform_class_memberships as membership
    semi join live_accounts as account on membership.account_id = account.account_id
    where membership.removed_at is null
    group by membership.account_id
),

guardians_of_students as (
    select
        student_account_id,
        count(*) as guardians
    from live_guardianships
    group by student_account_id
)

select
    'accounts' as "name",
    count(*) as records
from live_accounts
union all
select
    'teachers',
    count(*)
from live_accounts
where roles like '%teacher%'
union all
select
    'guardians',
    count(*)
from live_accounts
where roles like '%guardian%'
union all
select
    'students',
    count(*)
from live_accounts
where roles like '%student%'
union all
select
    'contact_points',
    count(*)
from live_contact_points
union all
select
    'classes',
    count(*)
from live_classes
union all
select
    'class_members',
    coalesce(sum(own.memberships + own.as_student * coalesce(student.guardians, 0)), 0)::bigint
from memberships_of_accounts as own
left join guardians_of_students as student on own.account_id = student.student_account_id;
