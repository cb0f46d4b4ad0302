-- Matching needs every row. If rows of people were left out, two accounts may seem to be one. Then the account that would
-- be removed stays if a remaining row still names it by its id.
-- Grain: one row an account. Key: account_id.
-- Inputs: planned_steps.losing_accounts, planned_steps.left_out_cells, provisioned.account_rows.
-- Outputs: planned_steps.protected_accounts.

insert into planned_steps.protected_accounts
select
    losing.account_id,
    'people_protected_by_remaining_rows' as rule,
    'row_names_person' as reason_code,
    null as "file",
    null::bigint as line
from planned_steps.losing_accounts as losing
where
    losing.is_removed
    and (
        losing.teacher_id in (select teacher.teacher_id from provisioned.account_rows as teacher)
        or losing.student_id in (select student.student_id from provisioned.account_rows as student)
    )
    and exists (from planned_steps.left_out_cells as cell where cell."file" in ('teachers.csv', 'students.csv'));
