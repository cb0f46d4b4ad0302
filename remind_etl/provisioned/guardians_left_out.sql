-- The lines that name a guardian who gets no account, or who keeps the delivered contact points. The guardians whom the
-- platform knows for such a student stay, because the line may mean one of them.
-- Grain: one row a line. Key: line.
-- Inputs: provisioned_steps.student_lines, provisioned.person_identity. Outputs: provisioned.guardians_left_out.

create or replace table provisioned.guardians_left_out as
select line.line
from provisioned_steps.student_lines as line
left join provisioned.person_identity as identity on line.guardian = identity.person
where line.has_guardian and (line.guardian is null or identity.outcome = 'no_account' or line.has_kept_contact);
