-- Emails and phones that an account would get, and that stay with another account, because that one is protected. It runs
-- again when more accounts are protected.
-- Grain: one row a contact point. Key: value.
-- Inputs: planned.contact_point_changes, planned_steps.protected_changes. Outputs: planned_steps.taken_contacts.

insert into planned_steps.taken_contacts
select
    change.new_account_id as account_id,
    change.old_account_id as holder,
    change.kind,
    change."value"
from planned.contact_point_changes as change
semi join planned_steps.protected_changes as protected on change.change_id = protected.change_id
where change."action" = 'update';
