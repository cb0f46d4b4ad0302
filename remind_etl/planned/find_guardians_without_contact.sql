-- The problem of lines whose guardian is not created, because a protected account has each email and phone of theirs.
-- Inputs: planned_steps.guardians_without_contact, provisioned.account_rows, provisioned.person_identity,
-- provisioned_steps.student_lines, valid.students. Outputs: valid.findings.

insert into valid.findings by name
select
    'planned/changes' as found_by,
    'guardian_without_contact' as code,
    'students.csv' as "file",
    student.line,
    'guardian' as record_type,
    student.student_id as record_id,
    student.school_id
from planned_steps.guardians_without_contact as guardian
inner join provisioned.account_rows as account on guardian.account_id = account.account_id
inner join provisioned.person_identity as identity on account.person = identity.canonical_person
inner join provisioned_steps.student_lines as line on identity.person = line.guardian
inner join valid.students as student on line.line = student.line;
