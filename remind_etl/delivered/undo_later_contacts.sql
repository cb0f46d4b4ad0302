-- An account that an undone delivery added stays as it is now. A wish for it is only how it was before a later delivery. If the
-- email or phone of that time goes back to the account that had it before, the added account keeps the present one.
-- Grain: one row an account. Key: account_id. Inputs: planned_steps.wished_contact_points.
-- Outputs: planned_steps.wished_accounts.

update planned_steps.wished_accounts as account
set email = account.otherwise.email
from planned_steps.wished_contact_points as contact
where
    contact.kind = 'email'
    and contact."value" = account.email
    and contact.account_id != account.account_id
    and contact.as_of < account.as_of
    and account.otherwise is not null;

update planned_steps.wished_accounts as account
set phone = account.otherwise.phone
from planned_steps.wished_contact_points as contact
where
    contact.kind = 'phone'
    and contact."value" = account.phone
    and contact.account_id != account.account_id
    and contact.as_of < account.as_of
    and account.otherwise is not null;
