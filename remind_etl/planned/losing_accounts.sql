-- The accounts that would be removed, or would lose a role or an id.
-- Grain: one row an account. Key: account_id. Inputs: planned.account_changes. Outputs: planned_steps.losing_accounts.

create table planned_steps.losing_accounts as
select
    change_id,
    account_id,
    "action" = 'remove' as is_removed,
    contains(old_roles, 'guardian') and not contains(coalesce(new_roles, ''), 'guardian') as loses_guardian,
    old_teacher_id as teacher_id,
    old_student_id as student_id
from planned.account_changes
where
    "action" = 'remove'
    or (
        "action" = 'update'
        and (
            not list_has_all(string_split(new_roles, '+'), string_split(old_roles, '+'))
            or old_teacher_id != new_teacher_id
            or old_student_id != new_student_id
        )
    );
