-- What is published of a district: what the platform holds. The tables `platform_` have removed records too.
-- Grain: one row a record. Key: the key of the kind.
-- Inputs: live_accounts, live_contact_points, live_school_members, live_guardianships, live_classes, platform_accounts,
-- platform_classes, platform_class_memberships.
-- Outputs: report_accounts, report_contact_points, report_school_members, report_guardianships, report_classes,
-- report_class_members, report_removed.

-- Accounts lie by school, so that a reader of a class or a family opens few parts of the file. Key: account_id.
create or replace temp view report_accounts as
with first_schools as (
    select
        account_id,
        min(school_id) as school_id
    from live_school_members
    group by account_id
)

select account.*
from live_accounts as account
left join first_schools as school on account.account_id = school.account_id
order by school.school_id, account.account_id;

create or replace temp view report_contact_points as
select *
from live_contact_points
order by account_id, kind, "value";

create or replace temp view report_school_members as
select *
from live_school_members
order by school_id, "role", account_id;

create or replace temp view report_guardianships as
select *
from live_guardianships
order by student_id, guardian_account_id;

create or replace temp view report_classes as
select *
from live_classes
order by school_id, class_id;

-- One row a place in a class, a guardian's through the student's. Key: class_id, account_id, role, record_id. The places of a
-- person and those of a class lie at one school, so in this order a reader of either finds them side by side.
create or replace temp view report_class_members as
with memberships as (
    select delivered.* exclude (removed_at)
    from platform_class_memberships as delivered
    semi join live_accounts as account on delivered.account_id = account.account_id
    where delivered.removed_at is null
),

places as (
    from memberships
    union all
    select
        membership.class_id,
        guardianship.guardian_account_id,
        'guardian',
        guardianship.student_id
    from memberships as membership
    inner join live_guardianships as guardianship on membership.account_id = guardianship.student_account_id
    where membership."role" = 'student'
),

-- A sort by one number is cheaper than one by two texts. Key: class_id.
numbered_classes as (
    select
        class_id,
        row_number() over (order by school_id, class_id) as "position"
    from live_classes
)

select place.*
from places as place
left join numbered_classes as class on place.class_id = class.class_id
order by class."position";

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
