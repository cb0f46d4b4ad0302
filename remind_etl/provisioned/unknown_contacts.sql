-- The contact points of persons whom the platform does not know in the district.
-- Grain: one row a contact point. Key: value.
-- Inputs: provisioned_steps.won_claims, provisioned_steps.recognised_accounts.
-- Outputs: provisioned_steps.unknown_contacts.

create or replace view provisioned_steps.unknown_contacts as
select
    claim.kind,
    claim."value"
from provisioned_steps.won_claims as claim
anti join provisioned_steps.recognised_accounts as recognised on claim.canonical_person = recognised.person;
