-- Contact points of delivered accounts that a teacher with another name claims today, and so gets; or the account is the
-- teacher's and gets the name. They do not tell which account is a guardian's: the next plan would not find it that way.
-- Grain: one row an account and contact point. Key: known, value.
-- Inputs: provisioned_steps.live_teachers, provisioned_steps.known_contacts, provisioned_steps.known_accounts.
-- Outputs: provisioned_steps.contacts_for_teachers.

create or replace table provisioned_steps.contacts_for_teachers as
with claims as (
    select
        provisioned.name_key(first_name, last_name) as name_key,
        unnest([email, phone]) as "value"
    from provisioned_steps.live_teachers
)

select
    contact.known,
    contact."value"
from claims as claim
inner join provisioned_steps.known_contacts as contact on claim."value" = contact."value"
inner join provisioned_steps.known_accounts as account on contact.known = account.known
group by contact.known, contact."value"
having not bool_or(claim.name_key = account.name_key);
