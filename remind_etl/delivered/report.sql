-- What is published of a district: what the platform holds. Inputs: platform_<kind> (its records, removed ones too).

create or replace temp view report_accounts as
select * exclude (removed_at)
from platform_accounts
where removed_at is null
order by account_id;

create or replace temp view report_contact_points as
select * exclude (removed_at)
from platform_contact_points
where removed_at is null
order by account_id, kind, "value";

create or replace temp view report_school_members as
select * exclude (removed_at)
from platform_school_members
where removed_at is null
order by school_id, "role", account_id;

create or replace temp view report_guardianships as
select * exclude (removed_at)
from platform_guardianships
where removed_at is null
order by student_id, guardian_account_id;

create or replace temp view report_classes as
select * exclude (removed_at)
from platform_classes
where removed_at is null
order by class_id;

-- One row a place in a class, a guardian's through the student's, in no order. Key: class_id, account_id, role, record_id.
create or replace temp view report_class_members as
with memberships as (
    select delivered.* exclude (removed_at)
    from platform_class_memberships as delivered
    semi join report_accounts as account on delivered.account_id = account.account_id
    where delivered.removed_at is null
)

from memberships
union all
select
    membership.class_id,
    guardianship.guardian_account_id,
    'guardian',
    guardianship.student_id
from memberships as membership
inner join report_guardianships as guardianship on membership.account_id = guardianship.student_account_id
where membership."role" = 'student';

-- One row a number that people ask for first. Key: name.
create or replace temp view report_counts as
with memberships_of_accounts as (
    select
        membership.account_id,
        count(*) as memberships,
        count(*) filter (where membership."role" = 'student') as as_student
    from platform_class_memberships as membership
    semi join report_accounts as account on membership.account_id = account.account_id
    where membership.removed_at is null
    group by membership.account_id
),

guardians_of_students as (
    select
        student_account_id,
        count(*) as guardians
    from report_guardianships
    group by student_account_id
)

select
    'accounts' as "name",
    count(*) as records
from report_accounts
union all
select
    'teachers',
    count(*)
from report_accounts
where roles like '%teacher%'
union all
select
    'guardians',
    count(*)
from report_accounts
where roles like '%guardian%'
union all
select
    'students',
    count(*)
from report_accounts
where roles like '%student%'
union all
select
    'contact_points',
    count(*)
from report_contact_points
union all
select
    'classes',
    count(*)
from report_classes
union all
select
    'class_members',
    coalesce(sum(own.memberships + own.as_student * coalesce(student.guardians, 0)), 0)::bigint
from memberships_of_accounts as own
left join guardians_of_students as student on own.account_id = student.student_account_id;

-- One row a record that was delivered once and is removed. Key: kind, id.
create or replace temp view report_removed as
select
    'accounts' as kind,
    account_id as id,
    teacher_id,
    student_id,
    removed_at
from platform_accounts
where removed_at is not null
union all
select
    'classes',
    class_id,
    null,
    null,
    removed_at
from platform_classes
where removed_at is not null;
