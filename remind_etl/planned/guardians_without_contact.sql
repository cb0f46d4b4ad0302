-- New guardians whose every email and phone stays with a protected account. They are not created: no contact, no account.
-- It runs again when more accounts are protected.
-- Grain: one row an account. Key: account_id.
-- Inputs: planned.account_changes, planned.contact_point_changes, planned.school_member_changes,
-- planned.guardianship_changes, planned_steps.protected_changes.
-- Outputs: planned_steps.guardians_without_contact, planned_steps.protected_changes.

insert into planned_steps.guardians_without_contact
with contacts_that_go as (
    from planned.contact_point_changes
    anti join planned_steps.protected_changes using (change_id)
)

select
    account.account_id,
    account.change_id
from planned.account_changes as account
anti join contacts_that_go as contact on account.account_id = contact.new_account_id
where account."action" not in ('update', 'remove') and account.new_roles = 'guardian';

insert into planned_steps.protected_changes
with changes_of_guardians as (
    select change_id
    from planned_steps.guardians_without_contact
    union all
    select member.change_id
    from planned.school_member_changes as member
    semi join planned_steps.guardians_without_contact as guardian on member.account_id = guardian.account_id
    union all
    select guardianship.change_id
    from planned.guardianship_changes as guardianship
    semi join planned_steps.guardians_without_contact as guardian
        on guardianship.guardian_account_id = guardian.account_id
)

select
    change_id,
    'guardians_without_contact' as rule,
    'row_without_account' as reason_code,
    'students.csv' as "file",
    null::bigint as line
from changes_of_guardians;
