-- Persons who seem to have an account of two districts, and are not the one whose account it is. Such a pair is no evidence: else
-- somebody of this district acts for a person of another one. It is the same person if the names are spellings of one name, or if
-- the email is the same and the first name agrees, or one name is missing.
-- Grain: one row a person and account. Key: person, known.
-- Inputs: links_anywhere, provisioned_steps.account_evidence, provisioned_steps.persons, provisioned_steps.known_accounts,
-- provisioned_steps.known_contacts. Outputs: provisioned_steps.passed_links, provisioned_steps.account_evidence.

create or replace table provisioned_steps.passed_links as
with pairs as (
    select distinct
        evidence.person,
        evidence.known
    from provisioned_steps.account_evidence as evidence
    inner join provisioned_steps.known_accounts as account on evidence.known = account.known
    semi join links_anywhere as link on account.account_id = link.account_id
),

compared as (
    select
        pair.person,
        pair.known,
        account.account_id,
        coalesce(person.teacher_id = account.teacher_id, false) as is_same_teacher_id,
        contact."value" is not null as is_same_email,
        coalesce(person.first_name, person.last_name) is null or account.name_key = '' as is_unnamed,
        valid.agrees_in_first_name(person.first_name, account.first_name) as agrees_in_first_name,
        valid.is_one_name(person.first_name, person.last_name, account.first_name, account.last_name) as is_one_name
    from pairs as pair
    inner join provisioned_steps.persons as person on pair.person = person.person
    inner join provisioned_steps.known_accounts as account on pair.known = account.known
    left join provisioned_steps.known_contacts as contact
        on pair.known = contact.known and contact.kind = 'email' and person.email = contact."value"
)

select
    person,
    known,
    account_id,
    is_same_teacher_id
from compared
where not is_one_name and not (is_same_email and (is_unnamed or coalesce(agrees_in_first_name, false)));

delete from provisioned_steps.account_evidence
where (person, known) in (select (passed.person, passed.known) from provisioned_steps.passed_links as passed);
