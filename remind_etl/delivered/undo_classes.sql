-- Finds classes that cannot have their owner back.
-- Grain: one row a class. Key: class_id. Inputs: planned_steps.wished_accounts. Outputs: planned_steps.wished_classes.

update planned_steps.wished_classes
set reason_code = 'account_removed'
where
    as_of is not null
    and owner_account_id
    not in (select account.account_id from planned_steps.wished_accounts as account where account.is_there);
