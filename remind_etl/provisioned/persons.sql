-- The canonical persons, with the ids of all their roles. Each gets one account.
-- Grain: one row a canonical person. Key: person.
-- Inputs: provisioned_steps.people, provisioned.person_identity. Outputs: provisioned_steps.persons.

create or replace view provisioned_steps.persons as
with merged_roles as (
    select
        identity.canonical_person,
        bool_or(person."role" = 'guardian') as is_guardian,
        max(person.id) filter (where person."role" = 'student') as student_id,
        max(person.dob) as dob,
        max(person.grade) as grade
    from provisioned.person_identity as identity
    inner join provisioned_steps.people as person on identity.person = person.person
    where identity.outcome = 'merged'
    group by identity.canonical_person
)

select
    person.person,
    person.role_rank,
    person."role",
    person.id,
    person."role" = 'guardian' or coalesce(merged.is_guardian, false) as is_guardian,
    case when person."role" = 'teacher' then person.id end as teacher_id,
    case when person."role" = 'student' then person.id else merged.student_id end as student_id,
    person.first_name,
    person.last_name,
    person.email,
    person.phone,
    coalesce(person.dob, merged.dob) as dob,
    coalesce(person.grade, merged.grade) as grade
from provisioned_steps.people as person
inner join provisioned.person_identity as identity on person.person = identity.person
left join merged_roles as merged on person.person = merged.canonical_person
where identity.outcome = 'own';
