-- The emails that go back to a teacher from a teacher whom an undone delivery added. The former one was removed, or gives the
-- present email back.
-- Grain: one row an email. Key: value. Inputs: planned_steps.wished_accounts, planned_steps.wished_contact_points.
-- Outputs: planned_steps.returned_emails.

create table planned_steps.returned_emails as
with given_back as (
    select
        contact."value",
        contact.otherwise.account_id
    from planned_steps.wished_contact_points as contact
    inner join planned_steps.wished_accounts as receiver on contact.account_id = receiver.account_id
    where
        contact.kind = 'email'
        and contact.as_of is not null
        and contact.account_id != contact.otherwise.account_id
        and receiver.is_there
)

select
    contact."value",
    contact.account_id,
    taker.account_id as taker
from planned_steps.wished_contact_points as contact
inner join planned_steps.wished_accounts as account
    on contact.account_id = account.account_id and contact."value" = account.email
inner join planned_steps.wished_accounts as taker
    on contact.otherwise.account_id = taker.account_id and contact."value" = taker.email
left join given_back as present
    on account.account_id = present.account_id and account.otherwise.email = present."value"
where
    contact.kind = 'email'
    and contact.as_of is not null
    and account.is_there
    and account.as_of is not null
    and (account.otherwise is null or present."value" is not null)
    and account.teacher_id is not null
    and taker.is_there
    and not taker.is_of_delivery
    and taker.teacher_id is not null
    and taker.student_id is null;
