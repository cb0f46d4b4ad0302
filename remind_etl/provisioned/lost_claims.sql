-- The claims that were lost, with the person who holds the contact point. The first in the order of roles and ids holds
-- it. A guardian's first id counts, where it is another than today's.
-- Grain: one row a person and contact point. Key: person, value.
-- Inputs: provisioned_steps.contested_claims, provisioned_steps.refused_teachers, provisioned_steps.first_guardian_ids.
-- Outputs: provisioned_steps.lost_claims.

create or replace table provisioned_steps.lost_claims as
with entitled_claims as (
    select claim.*
    from provisioned_steps.contested_claims as claim
    anti join provisioned_steps.refused_teachers as refused on claim.person = refused.person
),

holders_by_number as (
    select
        "value",
        min(person) as holder
    from entitled_claims
    group by "value"
),

values_of_guardians_with_first_id as (
    select claim."value"
    from provisioned_steps.contested_claims as claim
    semi join provisioned_steps.first_guardian_ids as first_id on claim.person = first_id.person
),

holders_by_first_id as (
    select
        claim."value",
        arg_min(
            claim.person,
            { 'role_rank': claim.role_rank, 'id': coalesce(first_id.id, claim.id), 'person': claim.person }
        ) as holder
    from entitled_claims as claim
    left join provisioned_steps.first_guardian_ids as first_id on claim.person = first_id.person
    where claim."value" in (from values_of_guardians_with_first_id)
    group by claim."value"
),

holders as (
    select
        by_number."value",
        coalesce(by_first_id.holder, by_number.holder) as holder
    from holders_by_number as by_number
    left join holders_by_first_id as by_first_id on by_number."value" = by_first_id."value"
)

select
    claim.person,
    claim."role",
    claim."value",
    holders.holder
from provisioned_steps.contested_claims as claim
inner join holders on claim."value" = holders."value"
where claim.person != holders.holder;
