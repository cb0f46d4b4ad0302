-- The claims that were won: who gets each contact point, and the canonical person whose account has it.
-- Grain: one row a contact point. Key: value.
-- Inputs: provisioned_steps.contact_claims, provisioned_steps.lost_claims, provisioned.person_identity.
-- Outputs: provisioned_steps.won_claims.

create or replace table provisioned_steps.won_claims as
select
    claim."value",
    provisioned_steps.contact_kind(claim."value") as kind,
    claim.person,
    claim.role_rank,
    identity.canonical_person
from provisioned_steps.contact_claims as claim
anti join provisioned_steps.lost_claims as lost on claim.person = lost.person and claim."value" = lost."value"
inner join provisioned.person_identity as identity on claim.person = identity.person
where identity.outcome != 'no_account';
