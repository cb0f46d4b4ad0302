-- An id has one account. If rows part that one account had, or join what two accounts had, an account gets the id that another
-- one loses. This is one change: while one half of it waits, so does the other. Else two accounts have the id, or none.
-- Grain: one row an account and the change that frees its id; one row a change and a change on which it depends.
-- Key: account_id, loss_change_id; none.
-- Inputs: planned.account_changes. Outputs: planned_steps.accounts_with_passed_ids, planned_steps.dependencies.

create table planned_steps.accounts_with_passed_ids as
with losses as (
    select
        change_id,
        old_teacher_id as teacher_id,
        old_student_id as student_id,
        new_teacher_id is distinct from old_teacher_id as loses_teacher_id,
        new_student_id is distinct from old_student_id as loses_student_id
    from planned.account_changes
    where "action" in ('update', 'remove')
)

select
    account.account_id,
    account.change_id as account_change_id,
    loss.change_id as loss_change_id,
    account."action" != 'update' as is_new
from planned.account_changes as account
inner join losses as loss on account.new_teacher_id = loss.teacher_id
where loss.loses_teacher_id
union
select
    account.account_id,
    account.change_id,
    loss.change_id,
    account."action" != 'update'
from planned.account_changes as account
inner join losses as loss on account.new_student_id = loss.student_id
where loss.loses_student_id;

insert into planned_steps.dependencies
select
    unnest([account_change_id, loss_change_id]) as change_id,
    unnest([loss_change_id, account_change_id]) as on_change_id,
    false as is_part,
    'id_of_waiting_account' as reason_code
from planned_steps.accounts_with_passed_ids;
