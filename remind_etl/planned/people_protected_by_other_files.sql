-- Named is not absent: a teacher or student stays if their own file does not name them, but another file does.
-- Grain: one row an account and role. Key: none. Inputs: planned_steps.named_records.
-- Outputs: planned_steps.protected_accounts.

insert into planned_steps.protected_accounts
select
    account_id,
    'people_protected_by_other_files' as rule,
    record_type || '_in_' || replace("file", '.csv', '') as reason_code,
    "file",
    line
from planned_steps.named_records
where account_id is not null;
