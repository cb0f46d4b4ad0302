-- Who each person is in the end. `own`: the person has an account of their own. `merged`: the person is one with the
-- canonical person, who has the account. `no_account`: there is no account, and the canonical person is null.
-- Grain: one row a person in a role, everybody. Key: person.
-- Inputs: provisioned_steps.people, provisioned_steps.adult_identity, provisioned_steps.student_identity.
-- Outputs: provisioned.person_identity.

create or replace table provisioned.person_identity as
with other_identity as (
    from provisioned_steps.adult_identity
    union all
    from provisioned_steps.student_identity
)

select
    person.person,
    if(other_identity.outcome is null, person.person, other_identity.canonical_person) as canonical_person,
    coalesce(other_identity.outcome, 'own') as outcome
from provisioned_steps.people as person
left join other_identity on person.person = other_identity.person;
