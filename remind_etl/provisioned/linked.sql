-- The persons who are linked to an account that the platform holds outside of the district. An email links before a phone
-- does. A student is linked by an email alone, because a student's phone is often that of an adult. If several people
-- could be linked to one account, the first in the order of claims is.
-- Inputs: held_elsewhere, provisioned_steps.won_claims, provisioned_steps.known_accounts, provisioned_steps.persons.
-- Outputs: provisioned.held_elsewhere, provisioned.linked.

-- The contact points that accounts outside of the district hold. The delivery compares them with those of its own time.
-- Grain: one row a contact point and account. Key: value, account_id.
create or replace table provisioned.held_elsewhere as
from held_elsewhere;

-- Grain: one row a person. Key: person; account_id.
create or replace table provisioned.linked as
with possible_links as (
    select
        claim.canonical_person as person,
        elsewhere.account_id,
        min(claim.kind) as kind
    from provisioned.held_elsewhere as elsewhere
    inner join provisioned_steps.won_claims as claim on elsewhere."value" = claim."value"
    inner join provisioned_steps.persons as person on claim.canonical_person = person.person
    anti join provisioned_steps.known_accounts as account on elsewhere.account_id = account.account_id
    where claim.kind = 'email' or person."role" != 'student'
    group by claim.canonical_person, elsewhere.account_id
),

person_of_each_account as (
    select
        account_id,
        min(kind) as kind,
        arg_min(person, { 'kind': kind, 'person': person }) as person
    from possible_links
    group by account_id
)

select
    person,
    arg_min(account_id, { 'kind': kind, 'account_id': account_id }) as account_id
from person_of_each_account
group by person;
