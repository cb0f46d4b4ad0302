-- Guardians who are teachers too: the same contact point and name, or the same account and name. The teacher's account
-- is known by the id that it has, or that it was made of.
-- Grain: one row a guardian, the first of those regrouped. Key: first_person.
-- Inputs: provisioned_steps.contested_claims, provisioned_steps.refused_teachers, provisioned_steps.same_teachers,
-- provisioned_steps.regrouped_guardians, provisioned_steps.guardian_matches, provisioned_steps.known_accounts,
-- provisioned_steps.live_teachers, landed.drops.
-- Outputs: provisioned_steps.teaching_guardians.

create or replace table provisioned_steps.teaching_guardians as
with named_teachers as (
    select
        claim."value",
        claim.name_key,
        min(coalesce(same.first_person, claim.person)) as person
    from provisioned_steps.contested_claims as claim
    left join provisioned_steps.same_teachers as same on claim.person = same.person
    anti join provisioned_steps.refused_teachers as refused on claim.person = refused.person
    where claim."role" = 'teacher' and claim.name_key != ''
    group by claim."value", claim.name_key
),

teachers_of_accounts as (
    select
        account.known,
        coalesce(same.first_person, teacher.person) as teacher
    from provisioned_steps.known_accounts as account
    inner join provisioned_steps.live_teachers as teacher
        on
            account.name_key = provisioned.name_key(teacher.first_name, teacher.last_name)
            and (
                account.teacher_id = teacher.teacher_id
                or (
                    account.teacher_id is null
                    and account.account_id = provisioned.account_uuid(
                        (select district.district_id from landed.drops as district), 'teacher', teacher.teacher_id
                    )
                )
            )
    left join provisioned_steps.same_teachers as same on teacher.person = same.person
    anti join provisioned_steps.refused_teachers as refused on teacher.person = refused.person
    where account.removed_at is null
),

guardians_and_teachers as (
    select
        claim.person,
        teacher.person as teacher
    from provisioned_steps.contested_claims as claim
    inner join named_teachers as teacher on claim."value" = teacher."value" and claim.name_key = teacher.name_key
    where claim."role" = 'guardian'
    union
    select
        matched.person,
        teacher.teacher
    from provisioned_steps.guardian_matches as matched
    inner join teachers_of_accounts as teacher on matched.known = teacher.known
)

select
    coalesce(regrouped.first_person, guardian.person) as first_person,
    min(guardian.teacher) as teacher
from guardians_and_teachers as guardian
left join provisioned_steps.regrouped_guardians as regrouped on guardian.person = regrouped.person
group by all;
