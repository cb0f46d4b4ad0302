-- The canonical person of each teacher id. A teacher under two ids is one person.
-- Grain: one row a teacher who has an account. Key: teacher_id.
-- Inputs: provisioned_steps.live_teachers, provisioned.person_identity. Outputs: provisioned.teacher_persons.

create or replace table provisioned.teacher_persons as
select
    teacher.teacher_id,
    identity.canonical_person as person
from provisioned_steps.live_teachers as teacher
inner join provisioned.person_identity as identity on teacher.person = identity.person
where identity.outcome != 'no_account';
