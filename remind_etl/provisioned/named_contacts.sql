-- The email and phone that an account names, for persons whose account may have other contact points than the person
-- claims first. Of several, the one that the highest role claims is named, then the first in byte order. So the order of
-- rows changes nothing.
-- Grain: one row a person. Key: person.
-- Inputs: provisioned.person_identity, provisioned_steps.further_contacts, provisioned_steps.lost_claims,
-- provisioned_steps.won_claims, provisioned.withheld_contacts.
-- Outputs: provisioned_steps.named_contacts.

create or replace table provisioned_steps.named_contacts as
with people_with_other_contacts as (
    select person
    from provisioned_steps.further_contacts
    union
    select person
    from provisioned_steps.lost_claims
),

persons_with_other_contacts as (
    select canonical_person as person
    from provisioned.person_identity
    where outcome = 'merged'
    union
    select identity.canonical_person
    from people_with_other_contacts as other
    inner join provisioned.person_identity as identity on other.person = identity.person
    where identity.outcome != 'no_account'
    union
    select canonical_person
    from provisioned.withheld_contacts
),

contacts as (
    select
        claim.canonical_person as person,
        claim.kind,
        claim."value",
        { 'role_rank': claim.role_rank, 'value': claim."value" } as place
    from provisioned_steps.won_claims as claim
    semi join persons_with_other_contacts as other on claim.canonical_person = other.person
    anti join provisioned.withheld_contacts as withheld on claim."value" = withheld."value"
)

select
    other.person,
    arg_min(contacts."value", contacts.place) filter (where contacts.kind = 'email') as email,
    arg_min(contacts."value", contacts.place) filter (where contacts.kind = 'phone') as phone
from persons_with_other_contacts as other
left join contacts on other.person = contacts.person
group by other.person;
