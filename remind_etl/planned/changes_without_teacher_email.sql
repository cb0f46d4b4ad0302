-- A new teacher whose email stays with another teacher is not created: no email, no account. One whom the platform knows keeps
-- the delivered email.
-- Grain: one row a change; one row a class. Key: change_id; class_id.
-- Inputs: planned_steps.teachers_with_taken_email, planned.account_changes, planned.contact_point_changes,
-- planned.school_member_changes, planned.guardianship_changes, planned.class_changes, planned.class_membership_changes.
-- Outputs: planned_steps.classes_without_email, planned_steps.protected_changes.

create or replace table planned_steps.classes_without_email as
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
    'changes_without_teacher_email' as rule,
    'row_without_account' as reason_code,
    'teachers.csv' as "file",
    null::bigint as line
from waiting;
