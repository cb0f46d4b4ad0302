-- The guardians of each student who has an account. Nobody is their own guardian.
-- Inputs: provisioned_steps.student_lines, provisioned.person_identity, provisioned.account_rows.
-- Outputs: provisioned.guardianship_rows, provisioned.guardianships.

-- Grain: one row a guardian and student, by their numbers. Key: guardian, student.
create or replace table provisioned.guardianship_rows as
select distinct
    guardian.canonical_person as guardian,
    student.canonical_person as student
from provisioned_steps.student_lines as line
inner join provisioned.person_identity as guardian on line.guardian = guardian.person
inner join provisioned.person_identity as student on line.student = student.person
where guardian.outcome != 'no_account' and guardian.canonical_person != student.canonical_person;

-- Grain: one row a guardian and student. Key: guardian_account_id, student_account_id.
create or replace view provisioned.guardianships as
select
    guardian.account_id as guardian_account_id,
    student.account_id as student_account_id,
    student.student_id
from provisioned.guardianship_rows as guardianship
inner join provisioned.account_rows as guardian on guardianship.guardian = guardian.person
inner join provisioned.account_rows as student on guardianship.student = student.person;
