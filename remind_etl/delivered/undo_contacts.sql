-- Finds contact points that cannot go back: the account is gone, or another account has the contact point as of later.
-- Grain: one row a contact point. Key: kind, value. Inputs: planned_steps.wished_accounts.
-- Outputs: planned_steps.wished_contact_points.

update planned_steps.wished_contact_points
set reason_code = 'account_removed'
where
    as_of is not null
    and account_id not in (select account.account_id from planned_steps.wished_accounts as account where account.is_there);

update planned_steps.wished_contact_points as contact
set reason_code = 'contact_point_of_another'
from planned_steps.wished_accounts as other
where
    contact.as_of is not null
    and contact.reason_code is null
    and other.is_there
    and contact.account_id != other.account_id
    and contact."value" = if(contact.kind = 'email', other.email, other.phone)
    and (other.as_of is null or other.as_of > contact.as_of);
