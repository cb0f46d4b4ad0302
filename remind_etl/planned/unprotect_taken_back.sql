-- The account of a link that a person took back is removed, although rows still name its person.
-- Grain: none. Inputs: provisioned.taken_back. Outputs: planned_steps.protected_accounts.

delete from planned_steps.protected_accounts
where account_id in (select taken_back.account_id from provisioned.taken_back as taken_back);
