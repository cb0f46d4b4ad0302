-- The email of a teacher, and the only contact point of a new guardian, if another account has it: the account needs it.
-- Grain: one row a contact point and account. Key: change_id.
-- Inputs: planned.account_changes, planned.contact_point_changes. Outputs: planned_steps.needed_contacts.

create table planned_steps.needed_contacts as
with new_contacts as (
    select new_account_id as account_id
    from planned.contact_point_changes
    where "action" not in ('update', 'remove')
)

select
    contact.change_id,
    account.account_id,
    account.change_id as account_change_id,
    account."action" != 'update' as is_new
from planned.contact_point_changes as contact
inner join planned.account_changes as account on contact.new_account_id = account.account_id
where
    contact."action" = 'update'
    and (
        (account.new_teacher_id is not null and contact."value" = account.new_email)
        or (
            account."action" != 'update'
            and account.new_roles = 'guardian'
            and account.account_id not in (from new_contacts)
        )
    );
