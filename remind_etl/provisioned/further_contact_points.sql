-- The contact points of accounts beside the email and phone that the account names.
-- Grain: one row a contact point. Key: value.
-- Inputs: provisioned_steps.won_claims, provisioned_steps.named_contacts, provisioned.withheld_contacts.
-- Outputs: provisioned.further_contact_points.

create or replace table provisioned.further_contact_points as
select
    claim.canonical_person as person,
    claim.kind,
    claim."value"
from provisioned_steps.won_claims as claim
inner join provisioned_steps.named_contacts as named on claim.canonical_person = named.person
anti join provisioned.withheld_contacts as withheld on claim."value" = withheld."value"
where claim."value" is distinct from named.email and claim."value" is distinct from named.phone;
