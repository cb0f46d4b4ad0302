-- Teachers who have the id of an account that seems to be somebody else's: the names are not alike, and no email or phone is
-- the same.
-- Grain: one row a person and account. Key: person, known.
-- Inputs: provisioned_steps.persons, provisioned_steps.known_accounts, provisioned_steps.known_contacts.
-- Outputs: provisioned_steps.passed_teacher_ids.

create or replace table provisioned_steps.passed_teacher_ids as
with renamed as (
    select
        person.person,
        person.email,
        person.phone,
        account.known,
        account.account_id
    from provisioned_steps.persons as person
    inner join provisioned_steps.known_accounts as account on person.teacher_id = account.teacher_id
    where
        account.name_key != ''
        and coalesce(person.first_name, person.last_name) is not null
        and account.name_key != provisioned.name_key(person.first_name, person.last_name)
        and not valid.is_like(person.first_name, person.last_name, account.first_name, account.last_name)
)

select
    person,
    known,
    account_id
from renamed
where not exists (
    from provisioned_steps.known_contacts as contact
    where contact.known = renamed.known and contact."value" in (renamed.email, renamed.phone)
);
