-- The problem of students without a contact point, whose guardians have none either.
-- Inputs: provisioned.account_rows, provisioned_steps.live_students, valid.students, provisioned.guardianship_rows.
-- Outputs: valid.findings.

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'student_without_contact' as code,
    'students.csv' as "file",
    student.line,
    'student' as record_type,
    student.student_id as record_id,
    student_row.school_id
from provisioned.account_rows as account
inner join provisioned_steps.live_students as student on account.student_id = student.student_id
inner join valid.students as student_row on student.line = student_row.line
anti join provisioned.guardianship_rows as guardianship on account.person = guardianship.student
where account.email is null and account.phone is null;
