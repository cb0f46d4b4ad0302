-- A teacher stays if a row names them but gives them no account, for example because another teacher has the email.
-- Grain: one row an account. Key: account_id. Inputs: valid.left_out, platform_accounts.
-- Outputs: planned_steps.protected_accounts.

insert into planned_steps.protected_accounts
select
    account.account_id,
    'people_protected_by_rows_without_account' as rule,
    'row_without_account' as reason_code,
    any_value(row_without_account."file") as "file",
    min(row_without_account.line) as line
from platform_accounts as account
inner join valid.left_out as row_without_account
    on row_without_account.found_by = 'provisioned/accounts' and account.teacher_id = row_without_account.cell
where account.removed_at is null
group by account.account_id;
