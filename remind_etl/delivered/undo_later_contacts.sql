-- An account that an undone delivery added stays as it is now. A wish for it is only how it was before a later delivery. If the
-- email or phone of that time goes back to the account that had it before, the added account keeps the present one.
-- Grain: one row an account. Key: account_id. Inputs: planned_steps.wished_accounts,
-- planned_steps.wished_contact_points. Outputs: planned_steps.wished_accounts.

with passed_contacts as (
    select
        account.account_id,
        bool_or(contact.kind = 'email') as passes_email,
        bool_or(contact.kind = 'phone') as passes_phone
    from planned_steps.wished_accounts as account
    inner join planned_steps.wished_contact_points as contact
        on contact."value" = if(contact.kind = 'email', account.email, account.phone)
    where
        contact.account_id != account.account_id
        and contact.as_of < account.as_of
        and account.otherwise is not null
    group by account.account_id
)

update planned_steps.wished_accounts as account
set
    email = if(passed.passes_email, account.otherwise.email, account.email),
    phone = if(passed.passes_phone, account.otherwise.phone, account.phone)
from passed_contacts as passed
where account.account_id = passed.account_id;
