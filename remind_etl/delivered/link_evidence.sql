-- The links that go to the platform, with the email that is the evidence.
-- Grain: one row an account. Key: account_id. Inputs: provisioned.linked, planned.account_changes. Outputs: none.

select
    linked.account_id,
    'email' as kind,
    linked.email as "value"
from provisioned.linked as linked
semi join planned.account_changes as change
    on linked.account_id = change.account_id and change."action" = 'link' and change.state = 'go';
