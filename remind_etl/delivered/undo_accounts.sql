-- Finds accounts that cannot be as wished. An id of the files has one account: the one that was wished as of later.
-- Grain: one row an account. Key: account_id. Inputs: taken_back_links. Outputs: planned_steps.wished_accounts.

update planned_steps.wished_accounts
set reason_code = 'link_taken_back'
where as_of is not null and otherwise is null and account_id in (from taken_back_links);

update planned_steps.wished_accounts as account
set reason_code = 'person_has_another_account'
from planned_steps.wished_accounts as other
where
    account.as_of is not null
    and account.account_id != other.account_id
    and other.is_there
    and (account.teacher_id = other.teacher_id or account.student_id = other.student_id)
    and (other.as_of is null or other.as_of > account.as_of);
