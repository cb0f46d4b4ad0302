-- If rows of people were left out, a guardian stays whom a remaining row of their student still names.
-- Grain: one row an account. Key: account_id.
-- Inputs: planned_steps.losing_accounts, planned_steps.named_guardians. Outputs: planned_steps.protected_accounts.

insert into planned_steps.protected_accounts
select
    account_id,
    'guardians_protected_by_remaining_rows' as rule,
    'student_row_names_guardian' as reason_code,
    'students.csv' as "file",
    null::bigint as line
from planned_steps.losing_accounts
where
    (is_removed or loses_guardian)
    and account_id in (select named.guardian_account_id from planned_steps.named_guardians as named);
