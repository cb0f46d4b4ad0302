-- A contact point stays with its account if the account is protected or the change waits. Then it is not yet another
-- account's: that account names another contact point of its own, if it has one. An account that loses it without another
-- in its stead keeps naming it. A new contact point that waits is nobody's yet. This is asked once before the holds: then
-- only protected accounts count, and a change that waits says what its approval makes.
-- Grain: one row a contact point. Key: kind, value.
-- Inputs: platform_contact_points, provisioned.contact_points, planned.contact_point_changes, planned.account_changes.
-- Outputs: planned_steps.staying_contacts, planned_steps.own_contacts, planned.account_changes.

create or replace table planned_steps.staying_contacts as
select
    kind,
    "value",
    account_id
from platform_contact_points as delivered
anti join provisioned.contact_points using (kind, "value", account_id)
anti join planned.contact_point_changes as change
    on delivered.kind = change.kind and delivered."value" = change."value" and change.state = 'go'
where delivered.removed_at is null
union all
select
    kind,
    "value",
    null
from planned.contact_point_changes
where "action" in ('create', 'revive') and state != 'go';

-- The first email and phone that each account with a taken one has beside it.
-- Grain: one row an account and kind. Key: account_id, kind.
create or replace table planned_steps.own_contacts as
with new_contacts as (
    select
        account_id,
        unnest([new_email, new_phone]) as "value"
    from planned.account_changes
),

accounts_with_taken_contact as (
    select contact.account_id
    from new_contacts as contact
    inner join planned_steps.staying_contacts as taken
        on contact."value" = taken."value" and contact.account_id is distinct from taken.account_id
)

select
    contact.account_id,
    contact.kind,
    min(contact."value") as "value"
from provisioned.contact_points as contact
semi join accounts_with_taken_contact as account on contact.account_id = account.account_id
anti join planned_steps.staying_contacts as taken on contact.kind = taken.kind and contact."value" = taken."value"
anti join planned.contact_point_changes as change
    on contact.kind = change.kind and contact."value" = change."value" and change.state != 'go'
group by contact.account_id, contact.kind;

update planned.account_changes
set new_email = named.email, new_phone = named.phone
from (
    select
        change.change_id,
        coalesce(if(taken_email."value" is null, change.new_email, further_email."value"), own_email."value") as email,
        coalesce(if(taken_phone."value" is null, change.new_phone, further_phone."value"), own_phone."value") as phone
    from planned.account_changes as change
    left join planned_steps.staying_contacts as taken_email
        on
            taken_email.kind = 'email'
            and change.new_email = taken_email."value"
            and change.account_id is distinct from taken_email.account_id
    left join planned_steps.staying_contacts as taken_phone
        on
            taken_phone.kind = 'phone'
            and change.new_phone = taken_phone."value"
            and change.account_id is distinct from taken_phone.account_id
    left join planned_steps.staying_contacts as own_email
        on own_email.kind = 'email' and change.old_email = own_email."value" and change.account_id = own_email.account_id
    left join planned_steps.staying_contacts as own_phone
        on own_phone.kind = 'phone' and change.old_phone = own_phone."value" and change.account_id = own_phone.account_id
    left join planned_steps.own_contacts as further_email
        on change.account_id = further_email.account_id and further_email.kind = 'email'
    left join planned_steps.own_contacts as further_phone
        on change.account_id = further_phone.account_id and further_phone.kind = 'phone'
    where
        change.state = 'go'
        and change."action" != 'remove'
        and coalesce(taken_email."value", taken_phone."value", own_email."value", own_phone."value") is not null
) as named
where account_changes.change_id = named.change_id;
