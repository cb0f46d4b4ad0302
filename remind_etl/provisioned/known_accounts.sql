-- The accounts that the platform holds of the district, removed ones too, numbered, with their contact points.
-- Inputs: platform_accounts, platform_contact_points.
-- Outputs: provisioned_steps.known_accounts, provisioned_steps.known_contacts.

-- Grain: one row an account. Key: known; account_id.
create or replace table provisioned_steps.known_accounts as
select
    row_number() over () as known,
    account_id,
    roles,
    teacher_id,
    student_id,
    first_name,
    last_name,
    provisioned.name_key(first_name, last_name) as name_key,
    dob,
    removed_at
from platform_accounts;

-- A contact point that the account has, or had when it was removed. One that it gave up earlier tells nothing, because
-- anybody may have it by now.
-- Grain: one row an account and contact point. Key: known, value.
create or replace view provisioned_steps.known_contacts as
select
    account.known,
    contact.kind,
    contact."value"
from platform_contact_points as contact
inner join provisioned_steps.known_accounts as account on contact.account_id = account.account_id
where contact.removed_at is null or contact.removed_at = account.removed_at;
