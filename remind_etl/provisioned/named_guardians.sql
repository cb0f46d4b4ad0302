-- The lines of students.csv that name a guardian of a student who has an account.
-- Grain: one row a line. Key: line.
-- Inputs: provisioned.guardian_lines, provisioned.account_rows. Outputs: provisioned.named_guardians.

create or replace view provisioned.named_guardians as
from provisioned.guardian_lines
where has_guardian and student_id in (select account.student_id from provisioned.account_rows as account);
