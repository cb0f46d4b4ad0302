-- The claims that were lost, with the person who holds the contact point. The first role has it: teacher, then guardian,
-- then student. Within a role the account that has it keeps it. Among newcomers the first id has it.
-- Grain: one row a person and contact point. Key: person, value.
-- Inputs: provisioned_steps.contested_claims, provisioned_steps.refused_teachers, provisioned_steps.kept_claims.
-- Outputs: provisioned_steps.lost_claims.

create or replace table provisioned_steps.lost_claims as
with entitled_claims as (
    select
        claim.*,
        coalesce(kept.hold_rank, 3) as hold_rank
    from provisioned_steps.contested_claims as claim
    anti join provisioned_steps.refused_teachers as refused on claim.person = refused.person
    left join provisioned_steps.kept_claims as kept on claim.person = kept.person and claim."value" = kept."value"
),

holders as (
    select
        "value",
        arg_min(person, { 'role_rank': role_rank, 'hold_rank': hold_rank, 'person': person }) as holder
    from entitled_claims
    group by "value"
)

select
    claim.person,
    claim."role",
    claim."value",
    holders.holder
from provisioned_steps.contested_claims as claim
inner join holders on claim."value" = holders."value"
where claim.person != holders.holder;
