-- What `explain` needs of the walk's later stages beside the other published tables. Inputs: valid.students,
-- provisioned.sent_contacts, .placeholders, .waiting_teachers; report_contact_points and report_guardianships of report.sql.

-- One row an email or phone on a line that is nobody's, with how many people share it. Key: file, line, column.
create or replace temp view report_shared_contacts as
select
    s."file",
    s.line,
    s."column",
    p.people
from provisioned.sent_contacts as s
inner join provisioned.placeholders as p on s."value" = p."value";

-- One row a teacher with whom their classes wait. Key: teacher_id.
create or replace temp view report_waiting_teachers as
from provisioned.waiting_teachers;

-- One row a line of students.csv that names a guardian, with the guardian of the student who has a contact point of the
-- line; null where none has. Key: line.
create or replace temp view report_guardian_lines as
select
    s.line,
    coalesce(by_email.guardian_account_id, by_phone.guardian_account_id) as account_id
from valid.students as s
left join report_contact_points as e on s.guardian_email = e."value"
left join report_guardianships as by_email
    on s.student_id = by_email.student_id and e.account_id = by_email.guardian_account_id
left join report_contact_points as p on s.guardian_phone = p."value"
left join report_guardianships as by_phone
    on s.student_id = by_phone.student_id and p.account_id = by_phone.guardian_account_id
where s.has_guardian;
