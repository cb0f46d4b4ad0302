-- The problem of guardians to whom lines with one email give different names.
-- Inputs: provisioned_steps.student_lines, provisioned_steps.guardians, valid.students. Outputs: valid.findings.

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'contact_name_differs' as code,
    'students.csv' as "file",
    line.line,
    'guardian_email' as "column",
    line.email as "value",
    'guardian' as record_type,
    first_value(student.student_id) over (partition by line.guardian order by line.line) as record_id,
    student.school_id
from provisioned_steps.student_lines as line
inner join provisioned_steps.guardians as guardian on line.guardian = guardian.person and guardian.is_named_twice
inner join valid.students as student on line.line = student.line
where line.email is not null and line.name_key not in ('', provisioned.name_key(guardian.first_name, guardian.last_name));
