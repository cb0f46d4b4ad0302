-- The phones of a guardian beside the first.
-- Grain: one row a guardian and phone. Key: person, value.
-- Inputs: provisioned_steps.student_lines, provisioned_steps.guardians. Outputs: provisioned_steps.further_phones.

create or replace table provisioned_steps.further_phones as
select distinct
    guardian.person,
    line.phone as "value"
from provisioned_steps.student_lines as line
inner join provisioned_steps.guardians as guardian on line.guardian = guardian.person
where guardian.phone != guardian.last_phone and line.phone != guardian.phone;
