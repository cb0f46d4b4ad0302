-- Which account is whose, among guardians of one name of one student. A shared email tells it, else a shared phone, else
-- that the account is the guardian's only one by this name for another student. If one guardian and one account are left
-- of a student and name, they belong together. Accounts that are not removed come first.
-- Grain: one row a guardian. Key: person; known.
-- Inputs: provisioned_steps.namesakes, provisioned_steps.guardian_matches, provisioned_steps.guardians,
-- provisioned_steps.further_contacts, provisioned_steps.telling_contacts, provisioned_steps.known_accounts.
-- Outputs: provisioned_steps.namesake_accounts, provisioned_steps.guardian_matches.

create or replace table provisioned_steps.namesake_accounts as
with contacts_of_guardians as (
    select
        person,
        email as "value",
        1 as sureness
    from provisioned_steps.guardians
    where email is not null
    union all
    select
        person,
        phone,
        2
    from provisioned_steps.guardians
    union all
    select
        person,
        "value",
        if(provisioned_steps.contact_kind("value") = 'email', 1, 2)
    from provisioned_steps.further_contacts
),

namesake_pairs as (
    select distinct
        person,
        known
    from provisioned_steps.namesakes
),

evidence as (
    select
        pair.person,
        pair.known,
        contact.sureness
    from namesake_pairs as pair
    inner join contacts_of_guardians as contact on pair.person = contact.person
    inner join provisioned_steps.telling_contacts as known_contact
        on pair.known = known_contact.known and contact."value" = known_contact."value"
    union all
    select
        matched.person,
        matched.known,
        3
    from provisioned_steps.guardian_matches as matched
    anti join provisioned_steps.namesakes as namesake
        on matched.student = namesake.student and matched.person = namesake.person
    where (matched.person, matched.known) in (select (pair.person, pair.known) from namesake_pairs as pair)
),

surest_guardian_of_account as (
    select
        known,
        min(sureness) as sureness,
        arg_min(person, { 'sureness': sureness, 'person': person }) as person
    from evidence
    group by known
),

proven as (
    select
        surest.person,
        surest.known
    from surest_guardian_of_account as surest
    inner join provisioned_steps.known_accounts as account on surest.known = account.known
    qualify row_number() over (partition by surest.person order by surest.sureness, account.account_id) = 1
),

remaining as (
    from provisioned_steps.namesakes
    where person not in (select proven.person from proven) and known not in (select proven.known from proven)
    qualify is_removed = bool_and(is_removed) over (partition by student, person)
),

left_alone as (
    select
        person,
        known
    from remaining
    qualify count(*) over (partition by student, known) = 1 and count(*) over (partition by student, person) = 1
)

from proven
union
from left_alone;

-- The other matches of namesakes are dropped.
delete from provisioned_steps.guardian_matches
where (person, known) in (
    select (namesake.person, namesake.known)
    from provisioned_steps.namesakes as namesake
    anti join provisioned_steps.namesake_accounts as own on namesake.person = own.person and namesake.known = own.known
);
