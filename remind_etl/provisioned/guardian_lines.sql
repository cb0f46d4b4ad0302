-- The guardian that each line of students.csv names, if any. Lines of schools that are not linked are here too.
-- Grain: one row a line. Key: line.
-- A line without a name has the name of the delivered guardian whom it means.
-- Inputs: valid.students, provisioned.placeholders, provisioned.kept_contacts, provisioned.recognised_lines.
-- Outputs: provisioned.guardian_lines.

create or replace view provisioned.guardian_lines as
select
    student.line,
    student.student_id,
    student.school_id,
    student.has_guardian,
    provisioned.name_key(
        coalesce(student.guardian_first_name, recognised.first_name),
        coalesce(student.guardian_last_name, recognised.last_name)
    ) as name_key,
    recognised.line is not null as is_nameless,
    coalesce(case when shared_email."value" is null then student.guardian_email end, kept.email) as email,
    coalesce(case when shared_phone."value" is null then student.guardian_phone end, kept.phone) as phone,
    kept.line is not null as has_kept_contact
from valid.students as student
left join provisioned.placeholders as shared_email on student.guardian_email = shared_email."value"
left join provisioned.placeholders as shared_phone on student.guardian_phone = shared_phone."value"
left join provisioned.kept_contacts as kept on student.line = kept.line
left join provisioned.recognised_lines as recognised on student.line = recognised.line;
