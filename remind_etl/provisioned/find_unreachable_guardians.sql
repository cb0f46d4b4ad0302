-- The problem of lines that name a guardian who gets no account, or who keeps the delivered contact points.
-- Inputs: provisioned.guardians_left_out, valid.students. Outputs: valid.findings.

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'guardian_without_contact' as code,
    'students.csv' as "file",
    student.line,
    'guardian' as record_type,
    student.student_id as record_id,
    student.school_id
from provisioned.guardians_left_out as guardian
inner join valid.students as student on guardian.line = student.line;
