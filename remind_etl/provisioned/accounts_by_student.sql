-- Guardians, and accounts that are known as guardian of the same student by the same name.
-- Grain: one row a canonical person and account. Key: person, known.
-- Inputs: provisioned_steps.guardian_matches, provisioned.person_identity.
-- Outputs: provisioned_steps.accounts_by_student.

create or replace table provisioned_steps.accounts_by_student as
select distinct
    identity.canonical_person as person,
    matched.known
from provisioned_steps.guardian_matches as matched
inner join provisioned.person_identity as identity on matched.person = identity.person
where identity.outcome != 'no_account';
