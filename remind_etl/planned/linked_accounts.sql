-- A new account that has the id of an account outside of the district is linked, not created.
-- Inputs: provisioned.linked. Outputs: planned.account_changes.

update planned.account_changes
set "action" = 'link'
where "action" = 'create' and account_id in (select linked.account_id from provisioned.linked);
