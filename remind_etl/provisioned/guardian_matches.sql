-- Guardians of the files and accounts that the platform knows as guardian of the same student by the same name.
-- Grain: one row a line and account. Key: none, because several lines may name a student's guardian.
-- Inputs: provisioned_steps.known_guardians, provisioned_steps.student_lines.
-- Outputs: provisioned_steps.guardian_matches.

create or replace table provisioned_steps.guardian_matches as
select
    line.guardian as person,
    line.student,
    known.known,
    known.is_removed
from provisioned_steps.student_lines as line
inner join provisioned_steps.known_guardians as known on line.student = known.student and line.name_key = known.name_key
where line.guardian is not null and known.name_key != '';
