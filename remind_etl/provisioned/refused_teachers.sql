-- Teachers who get no account: without an email, or with an email that another teacher has. The teacher whose account has
-- the email keeps it. Among new teachers the first id has it.
-- Grain: one row a teacher. Key: person.
-- Inputs: provisioned_steps.live_teachers, provisioned_steps.kept_claims, provisioned_steps.same_teachers.
-- Outputs: provisioned_steps.refused_teachers.

create or replace table provisioned_steps.refused_teachers as
select teacher.person
from provisioned_steps.live_teachers as teacher
left join provisioned_steps.kept_claims as kept on teacher.person = kept.person and teacher.email = kept."value"
anti join provisioned_steps.same_teachers as same on teacher.person = same.person
qualify
    teacher.email is null
    or row_number() over (partition by teacher.email order by coalesce(kept.hold_rank, 3), teacher.person) > 1;
