-- An account that another person takes over changes as a whole. The new person waits while something of the former one waits,
-- and so does all that the new person would get. Else the former guardians, classes or contact points are the new person's.
-- Grain: one row an account; one row a change and a change on which it depends. Key: account_id; change_id, on_change_id.
-- Inputs: planned_steps.reused_people, planned.account_changes, planned.contact_point_changes,
-- planned.school_member_changes, planned.guardianship_changes, planned.class_changes, planned.class_membership_changes.
-- Outputs: planned_steps.accounts_of_reused_ids, planned_steps.dependencies.

-- What these accounts get waits with them: dependencies_on_contacts.sql says so.
create table planned_steps.accounts_of_reused_ids as
select
    account.account_id,
    account.change_id as account_change_id
from planned.account_changes as account
semi join planned_steps.reused_people as reused on account.account_id = reused.account_id
where account."action" != 'remove';

insert into planned_steps.dependencies
with losses as (
    select
        change_id,
        old_account_id as account_id
    from planned.contact_point_changes
    where "action" != 'create'
    union all
    select
        change_id,
        account_id
    from planned.school_member_changes
    where "action" = 'remove'
    union all
    select
        change_id,
        unnest([guardian_account_id, student_account_id])
    from planned.guardianship_changes
    where "action" = 'remove'
    union all
    select
        change_id,
        account_id
    from planned.class_membership_changes
    where "action" = 'remove'
    union all
    select
        change_id,
        old_owner_account_id
    from planned.class_changes
    where "action" = 'remove' or new_owner_account_id != old_owner_account_id
)

select
    account.account_change_id as change_id,
    loss.change_id as on_change_id,
    false as is_part,
    'id_reused' as reason_code
from planned_steps.accounts_of_reused_ids as account
inner join losses as loss on account.account_id = loss.account_id;
