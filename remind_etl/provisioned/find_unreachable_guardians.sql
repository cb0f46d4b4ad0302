-- The problem of lines that name a guardian who gets no account, or who keeps the delivered contact points. The guardians
-- whom the platform knows for such a student stay, because the line may mean one of them.
-- Inputs: provisioned_steps.student_lines, provisioned.person_identity, valid.students.
-- Outputs: provisioned_steps.unreachable_guardians, valid.findings, provisioned.guardians_left_out.

-- Grain: one row a line. Key: line.
create or replace table provisioned_steps.unreachable_guardians as
select
    student.line,
    student.student_id,
    student.school_id
from provisioned_steps.student_lines as line
left join provisioned.person_identity as identity on line.guardian = identity.person
inner join valid.students as student on line.line = student.line
where line.has_guardian and (line.guardian is null or identity.outcome = 'no_account' or line.has_kept_contact);

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'guardian_without_contact' as code,
    'students.csv' as "file",
    line,
    'guardian' as record_type,
    student_id as record_id,
    school_id
from provisioned_steps.unreachable_guardians;

-- Grain: one row a line. Key: line.
create or replace table provisioned.guardians_left_out as
select
    line,
    student_id
from provisioned_steps.unreachable_guardians;
