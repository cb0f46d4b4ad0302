-- Students who are one person with a teacher or guardian: the same email and name. A phone is not enough, because a family
-- shares it, and a father may have the name of his son. An account is at most one student, so the first student of several
-- is. A student whom the platform knows by an account of their own keeps it. A student is never one with a guardian of their
-- own row, such as a father with the same name.
-- Grain: one row a student whose identity is not their own. Key: person.
-- Inputs: provisioned_steps.contested_claims, provisioned_steps.known_accounts, provisioned_steps.adult_identity,
-- provisioned_steps.student_lines.
-- Outputs: provisioned_steps.student_identity.

create or replace table provisioned_steps.student_identity as
with claims_of_students as (
    select
        claim.person,
        claim."value",
        claim.name_key
    from provisioned_steps.contested_claims as claim
    anti join provisioned_steps.known_accounts as account on claim.id = account.student_id and account.roles = 'student'
    where
        claim."role" = 'student'
        and claim.name_key != ''
        and provisioned_steps.contact_kind(claim."value") = 'email'
),

adults_by_contact_and_name as (
    select
        claim."value",
        claim.name_key,
        min(claim.person) as person
    from provisioned_steps.contested_claims as claim
    left join provisioned_steps.adult_identity as adult_identity on claim.person = adult_identity.person
    where claim."role" != 'student' and adult_identity.outcome is distinct from 'no_account'
    group by claim."value", claim.name_key
),

own_guardians as (
    select distinct
        line.student,
        coalesce(adult_identity.canonical_person, line.guardian) as guardian
    from provisioned_steps.student_lines as line
    left join provisioned_steps.adult_identity as adult_identity on line.guardian = adult_identity.person
    where line.student in (select student.person from claims_of_students as student)
),

students_with_adult as (
    select
        student.person,
        min(adult.person) as adult
    from claims_of_students as student
    inner join adults_by_contact_and_name as adult
        on student."value" = adult."value" and student.name_key = adult.name_key
    left join provisioned_steps.adult_identity as adult_identity on adult.person = adult_identity.person
    anti join own_guardians as own
        on student.person = own.student and coalesce(adult_identity.canonical_person, adult.person) = own.guardian
    group by student.person
)

select
    min(student.person) as person,
    coalesce(adult_identity.canonical_person, student.adult) as canonical_person,
    'merged' as outcome
from students_with_adult as student
left join provisioned_steps.adult_identity as adult_identity on student.adult = adult_identity.person
group by all;
