-- The account of a link that a person took back is removed, although rows still name its person. So is a linked account whose
-- teacher id another person has now: two accounts never have one id.
-- Grain: none. Inputs: provisioned.taken_back, provisioned_steps.passed_links.
-- Outputs: planned_steps.protected_accounts.

delete from planned_steps.protected_accounts
where
    account_id in (select taken_back.account_id from provisioned.taken_back as taken_back)
    or account_id in (select passed.account_id from provisioned_steps.passed_links as passed where passed.is_same_teacher_id);
