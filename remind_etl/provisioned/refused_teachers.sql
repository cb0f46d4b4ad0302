-- Teachers who get no account: without an email, or with an email that a teacher with a smaller id has.
-- Grain: one row a teacher. Key: person.
-- Inputs: provisioned_steps.live_teachers. Outputs: provisioned_steps.refused_teachers.

create or replace table provisioned_steps.refused_teachers as
select person
from provisioned_steps.live_teachers
qualify email is null or person != min(person) over (partition by email);
