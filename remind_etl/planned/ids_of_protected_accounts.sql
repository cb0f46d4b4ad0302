-- A teacher_id or student_id that a protected account keeps goes to no other account, nor does the role.
-- Grain: one row an account. Key: account_id.
-- Inputs: planned.account_changes, planned_steps.protected_accounts, platform_accounts.
-- Outputs: planned_steps.kept_ids, planned.account_changes.

create table planned_steps.kept_ids as
with removed as (
    select account_id
    from planned.account_changes
    where "action" = 'remove'
)

select
    change.change_id,
    bool_or(keeper.teacher_id = change.new_teacher_id) as keeps_teacher,
    bool_or(keeper.student_id = change.new_student_id) as keeps_student
from planned.account_changes as change
inner join platform_accounts as keeper
    on
        change.account_id != keeper.account_id
        and (
            (change.new_teacher_id = keeper.teacher_id and change.new_teacher_id is distinct from change.old_teacher_id)
            or (
                change.new_student_id = keeper.student_id
                and change.new_student_id is distinct from change.old_student_id
            )
        )
semi join planned_steps.protected_accounts as protected on keeper.account_id = protected.account_id
anti join removed on keeper.account_id = removed.account_id
where change."action" = 'update' and keeper.removed_at is null
group by change.change_id;

update planned.account_changes
set
    new_roles = array_to_string(
        list_filter(
            string_split(new_roles, '+'),
            lambda known: list_contains(string_split(old_roles, '+'), known) or known not in (
                if(kept.keeps_teacher, 'teacher', ''), if(kept.keeps_student, 'student', '')
            )
        ), '+'
    ),
    new_teacher_id = if(kept.keeps_teacher, old_teacher_id, new_teacher_id),
    new_student_id = if(kept.keeps_student, old_student_id, new_student_id)
from planned_steps.kept_ids as kept
where account_changes.change_id = kept.change_id;
