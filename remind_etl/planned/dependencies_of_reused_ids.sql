-- An account that another person takes over changes as a whole. The new person waits while something of the former one waits,
-- and so does all that the new person would get. Else the former guardians, classes or contact points are the new person's.
-- Grain: one row an account; one row a change and a change on which it depends. Key: account_id; change_id, on_change_id.
-- Inputs: planned_steps.reused_people, planned_steps.losses, planned.account_changes.
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
select distinct
    account.account_change_id as change_id,
    loss.change_id as on_change_id,
    false as is_part,
    'id_reused' as reason_code
from planned_steps.accounts_of_reused_ids as account
inner join planned_steps.losses as loss
    on account.account_id = loss.account_id and account.account_change_id != loss.change_id;
