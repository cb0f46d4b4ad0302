-- The emails and phones of a guardian beside the first.
-- Grain: one row a guardian and contact point. Key: person, value.
-- Inputs: provisioned_steps.student_lines, provisioned_steps.guardians. Outputs: provisioned_steps.further_contacts.

create or replace table provisioned_steps.further_contacts as
select
    guardian.person,
    line.phone as "value"
from provisioned_steps.student_lines as line
inner join provisioned_steps.guardians as guardian on line.guardian = guardian.person
where guardian.phone != guardian.last_phone and line.phone != guardian.phone
union
select
    guardian.person,
    line.email
from provisioned_steps.student_lines as line
inner join provisioned_steps.guardians as guardian on line.guardian = guardian.person
where guardian.email != guardian.last_email and line.email != guardian.email;
