-- No email, no teacher; no contact point, no guardian. While a contact point waits that such an account needs, these wait too:
-- a new account with all that it would get, and the email that a known teacher would lose. A removed account stays while a
-- contact point of it waits.
-- Grain: one row a change and a change on which it depends. Key: none.
-- Inputs: planned.account_changes, planned.contact_point_changes, planned.school_member_changes,
-- planned.guardianship_changes, planned.class_changes, planned.class_membership_changes, planned_steps.needed_contacts,
-- planned_steps.replacing_accounts, planned_steps.guardians_of_shared_contacts,
-- planned_steps.new_accounts_with_passed_ids, planned_steps.new_accounts_of_doubtful_rows,
-- planned_steps.accounts_of_reused_ids. Outputs: planned_steps.dependencies.

insert into planned_steps.dependencies
with new_accounts as (
    select
        account_id,
        account_change_id
    from planned_steps.needed_contacts
    where is_new
    union
    select
        account_id,
        account_change_id
    from planned_steps.replacing_accounts
    union
    select
        account_id,
        account_change_id
    from planned_steps.guardians_of_shared_contacts
    union
    select
        account_id,
        account_change_id
    from planned_steps.new_accounts_with_passed_ids
    union
    select
        account_id,
        account_change_id
    from planned_steps.new_accounts_of_doubtful_rows
    union
    select
        account_id,
        account_change_id
    from planned_steps.accounts_of_reused_ids
),

records_of_new_accounts as (
    select
        change_id,
        new_account_id as account_id
    from planned.contact_point_changes
    where "action" != 'remove'
    union all
    select
        change_id,
        account_id
    from planned.school_member_changes
    where "action" != 'remove'
    union all
    select
        change_id,
        unnest([guardian_account_id, student_account_id])
    from planned.guardianship_changes
    where "action" != 'remove'
    union all
    select
        change_id,
        account_id
    from planned.class_membership_changes
    where "action" != 'remove'
    union all
    select
        change_id,
        new_owner_account_id
    from planned.class_changes
)

select
    account_change_id as change_id,
    change_id as on_change_id,
    false as is_part,
    'contact_point_held' as reason_code
from planned_steps.needed_contacts
where is_new
union all
select
    record.change_id,
    account.account_change_id as on_change_id,
    false,
    'account_held'
from records_of_new_accounts as record
inner join new_accounts as account on record.account_id = account.account_id
union all
select
    membership.change_id,
    class.change_id as on_change_id,
    false,
    'class_held'
from planned.class_changes as class
semi join new_accounts as owner on class.new_owner_account_id = owner.account_id
inner join planned.class_membership_changes as membership on class.class_id = membership.class_id
where class."action" != 'update'
union all
select
    former.change_id,
    needed.change_id as on_change_id,
    false,
    'contact_point_held'
from planned_steps.needed_contacts as needed
inner join planned.contact_point_changes as former on needed.account_id = former.old_account_id
where not needed.is_new and former.kind = 'email' and former."action" in ('remove', 'update')
union all
select
    account.change_id,
    contact.change_id as on_change_id,
    false,
    'contact_point_goes_to_held_account'
from planned.contact_point_changes as contact
inner join planned.account_changes as account on contact.old_account_id = account.account_id
where contact."action" = 'update' and account."action" = 'remove';
