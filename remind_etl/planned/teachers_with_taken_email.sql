-- Teachers whose email stays with a teacher who is protected. A new one is not created: no email, no account. One whom the
-- platform knows keeps the delivered email. So that email goes to nobody else either.
-- Grain: one row a teacher; one row a class. Key: account_id; class_id.
-- Inputs: planned.account_changes, planned.contact_point_changes, planned.school_member_changes,
-- planned.guardianship_changes, planned.class_changes, planned.class_membership_changes, planned_steps.protected_changes,
-- provisioned_steps.won_claims.
-- Outputs: planned_steps.teachers_with_taken_email, planned_steps.classes_without_email, planned_steps.protected_changes.

create table planned_steps.teachers_with_taken_email as
with recursive emails as (
    select
        change.change_id,
        change."value",
        change.old_account_id,
        change.new_account_id
    from planned.contact_point_changes as change
    inner join provisioned_steps.won_claims as claim
        on change."value" = claim."value" and claim.kind = 'email' and claim.role_rank = 0
    where change."action" = 'update'
),

taken as (
    select
        email.new_account_id as account_id,
        email.old_account_id as holder,
        email."value"
    from emails as email
    semi join planned_steps.protected_changes as protected on email.change_id = protected.change_id
    union
    select
        email.new_account_id,
        email.old_account_id,
        email."value"
    from emails as email
    inner join taken on email.old_account_id = taken.account_id
)

select
    taken.account_id,
    taken.holder,
    taken."value",
    coalesce(account."action" != 'update', false) as is_new
from taken
left join planned.account_changes as account on taken.account_id = account.account_id;

create table planned_steps.classes_without_email as
select
    class.change_id,
    class.class_id,
    class."action"
from planned.class_changes as class
semi join planned_steps.teachers_with_taken_email as teacher
    on class.new_owner_account_id = teacher.account_id and teacher.is_new;

insert into planned_steps.protected_changes
with new_teachers as (
    select account_id
    from planned_steps.teachers_with_taken_email
    where is_new
),

waiting as (
    select change_id
    from planned.account_changes
    where account_id in (from new_teachers)
    union
    select change_id
    from planned.contact_point_changes
    where new_account_id in (from new_teachers)
    union
    select change_id
    from planned.contact_point_changes
    where
        kind = 'email'
        and old_account_id in (select teacher.account_id from planned_steps.teachers_with_taken_email as teacher)
    union
    select change_id
    from planned.school_member_changes
    where account_id in (from new_teachers)
    union
    select change_id
    from planned.guardianship_changes
    where guardian_account_id in (from new_teachers) or student_account_id in (from new_teachers)
    union
    select change_id
    from planned_steps.classes_without_email
    union
    select membership.change_id
    from planned.class_membership_changes as membership
    left join planned_steps.classes_without_email as class on membership.class_id = class.class_id
    where
        membership.account_id in (from new_teachers)
        or class."action" != 'update'
        or (membership."role" = 'owner' and class.class_id is not null)
)

select
    change_id,
    'teachers_with_taken_email' as rule,
    'row_without_account' as reason_code,
    'teachers.csv' as "file",
    null::bigint as line
from waiting;
