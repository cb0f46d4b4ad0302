-- Who gets a role and loses another one has one change of the account for both. While it waits, so does what needs the new role.
-- Grain: one row a change and a change on which it depends. Key: change_id, on_change_id.
-- Inputs: planned.account_changes, planned.school_member_changes, planned.guardianship_changes, planned.class_changes,
-- planned.class_membership_changes. Outputs: planned_steps.dependencies.

insert into planned_steps.dependencies
with new_roles as (
    select
        change_id,
        account_id,
        unnest(list_filter(
            string_split(new_roles, '+'),
            lambda role_name: not list_contains(string_split(old_roles, '+'), role_name)
        )) as "role"
    from planned.account_changes
    where "action" = 'update'
),

records_of_roles as (
    select
        change_id,
        account_id,
        "role"
    from planned.school_member_changes
    where "action" in ('create', 'revive')
    union all
    select
        change_id,
        unnest([guardian_account_id, student_account_id]),
        unnest(['guardian', 'student'])
    from planned.guardianship_changes
    where "action" in ('create', 'revive')
    union all
    select
        change_id,
        new_owner_account_id,
        'teacher'
    from planned.class_changes
    where "action" != 'remove'
    union all
    select
        membership.change_id,
        class.new_owner_account_id,
        'teacher'
    from planned.class_changes as class
    inner join planned.class_membership_changes as membership on class.class_id = membership.class_id
    where class."action" in ('create', 'revive')
    union all
    select
        change_id,
        account_id,
        if("role" = 'student', 'student', 'teacher')
    from planned.class_membership_changes
    where "action" in ('create', 'revive')
)

select distinct
    record.change_id,
    account.change_id as on_change_id,
    false as is_part,
    'account_held' as reason_code
from records_of_roles as record
inner join new_roles as account on record.account_id = account.account_id and record."role" = account."role";
