-- An id has one account. If rows part that one account had, or join what two accounts had, an account gets the id that another
-- one loses. This is one change: while one half of it waits, so does the other. Else two accounts have the id, or none.
-- Grain: one row an account and the change that frees its id; one row an account; one row a change and a change on which it
-- depends. Key: account_id, loss_change_id; account_id; none.
-- Inputs: planned.account_changes.
-- Outputs: planned_steps.accounts_with_passed_ids, planned_steps.new_accounts_with_passed_ids, planned_steps.dependencies.

create table planned_steps.accounts_with_passed_ids as
with ids as (
    select
        change_id,
        account_id,
        "action",
        unnest(['teacher', 'student']) as "role",
        unnest([old_teacher_id, old_student_id]) as old_id,
        unnest([new_teacher_id, new_student_id]) as new_id
    from planned.account_changes
)

select distinct
    gain.account_id,
    gain.change_id as account_change_id,
    loss.change_id as loss_change_id,
    gain."action"
from ids as gain
inner join ids as loss on gain."role" = loss."role" and gain.new_id = loss.old_id
where loss.new_id is distinct from loss.old_id;

-- The changes of such an account that is new wait with it: dependencies_on_contacts.sql says so.
create view planned_steps.new_accounts_with_passed_ids as
select distinct
    account_id,
    account_change_id
from planned_steps.accounts_with_passed_ids
where "action" != 'update';

insert into planned_steps.dependencies
with halves as (
    select
        account_change_id as half,
        loss_change_id as other_half
    from planned_steps.accounts_with_passed_ids
    union
    select
        loss_change_id,
        account_change_id
    from planned_steps.accounts_with_passed_ids
)

select
    half as change_id,
    other_half as on_change_id,
    false as is_part,
    'id_of_waiting_account' as reason_code
from halves;
