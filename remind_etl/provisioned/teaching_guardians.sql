-- Guardians who are teachers too: the same contact point and name.
-- Grain: one row a guardian, the first of those regrouped. Key: first_person.
-- Inputs: provisioned_steps.contested_claims, provisioned_steps.refused_teachers,
-- provisioned_steps.regrouped_guardians.
-- Outputs: provisioned_steps.teaching_guardians.

create or replace table provisioned_steps.teaching_guardians as
with named_teachers as (
    select
        claim."value",
        claim.name_key,
        min(claim.person) as person
    from provisioned_steps.contested_claims as claim
    anti join provisioned_steps.refused_teachers as refused on claim.person = refused.person
    where claim."role" = 'teacher' and claim.name_key != ''
    group by claim."value", claim.name_key
)

select
    coalesce(regrouped.first_person, claim.person) as first_person,
    min(teacher.person) as teacher
from provisioned_steps.contested_claims as claim
inner join named_teachers as teacher on claim."value" = teacher."value" and claim.name_key = teacher.name_key
left join provisioned_steps.regrouped_guardians as regrouped on claim.person = regrouped.person
where claim."role" = 'guardian'
group by all;
