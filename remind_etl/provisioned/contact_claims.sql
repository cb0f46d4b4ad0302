-- The emails and phones that people claim, each in a role.
-- Grain: one row a person and contact point. Key: person, value.
-- Inputs: provisioned_steps.people, provisioned_steps.further_contacts, provisioned_steps.guardians.
-- Outputs: provisioned_steps.contact_claims.

create or replace view provisioned_steps.contact_claims as
select
    person,
    role_rank,
    "role",
    id,
    first_name,
    last_name,
    email as "value"
from provisioned_steps.people
where email is not null
union all
select
    person,
    role_rank,
    "role",
    id,
    first_name,
    last_name,
    phone
from provisioned_steps.people
where phone is not null
union all
select
    further.person,
    1,
    'guardian',
    guardian.guardian_id,
    guardian.first_name,
    guardian.last_name,
    further."value"
from provisioned_steps.further_contacts as further
inner join provisioned_steps.guardians as guardian on further.person = guardian.person;
