-- Teachers and guardians who are another person in the end, or who get no account. The same contact point and name in a
-- higher role is the same person. A guardian who lost all contact points, and is nobody else, gets no account.
-- Grain: one row a teacher or guardian whose identity is not their own. Key: person.
-- Inputs: provisioned_steps.regrouped_guardians, provisioned_steps.teaching_guardians, provisioned_steps.lost_claims,
-- provisioned_steps.contact_claims, provisioned_steps.refused_teachers, provisioned_steps.same_teachers.
-- Outputs: provisioned_steps.adult_identity.

create or replace table provisioned_steps.adult_identity as
with concerned_guardians as (
    select
        person,
        first_person
    from provisioned_steps.regrouped_guardians
    union
    select
        lost.person,
        coalesce(regrouped.first_person, lost.person)
    from provisioned_steps.lost_claims as lost
    left join provisioned_steps.regrouped_guardians as regrouped on lost.person = regrouped.person
    where lost."role" = 'guardian'
    union
    select
        first_person as person,
        first_person
    from provisioned_steps.teaching_guardians
),

claims_of_losers as (
    select claim.*
    from provisioned_steps.contact_claims as claim
    semi join provisioned_steps.lost_claims as loser on claim.person = loser.person
),

people_who_lost_all_claims as (
    select claim.person
    from claims_of_losers as claim
    left join provisioned_steps.lost_claims as lost on claim.person = lost.person and claim."value" = lost."value"
    group by claim.person
    having count(*) = count(lost.person)
),

reachable_guardians as (
    select distinct guardian.first_person
    from concerned_guardians as guardian
    anti join people_who_lost_all_claims as loser on guardian.person = loser.person
),

settled_guardians as (
    select
        guardian.person,
        coalesce(teaching.teacher, reachable.first_person) as canonical_person
    from concerned_guardians as guardian
    left join provisioned_steps.teaching_guardians as teaching on guardian.first_person = teaching.first_person
    left join reachable_guardians as reachable on guardian.first_person = reachable.first_person
)

select
    person,
    null::bigint as canonical_person,
    'no_account' as outcome
from provisioned_steps.refused_teachers
union all
select
    person,
    first_person,
    'merged'
from provisioned_steps.same_teachers
union all
select
    person,
    canonical_person,
    if(canonical_person is null, 'no_account', 'merged')
from settled_guardians
where canonical_person is distinct from person;
