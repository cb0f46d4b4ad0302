-- The claims on contact points that several people claim. Most people share nothing with anybody, so this is small.
-- Grain: one row a person and contact point. Key: person, value.
-- Inputs: provisioned_steps.contact_claims. Outputs: provisioned_steps.contested_claims.

create or replace table provisioned_steps.contested_claims as
with contested_values as (
    select "value"
    from provisioned_steps.contact_claims
    group by "value"
    having min(person) != max(person)
)

select
    claim.person,
    claim.role_rank,
    claim."role",
    claim.id,
    claim."value",
    claim.first_name,
    claim.last_name,
    provisioned.name_key(claim.first_name, claim.last_name) as name_key
from provisioned_steps.contact_claims as claim
semi join contested_values as contested on claim."value" = contested."value";
