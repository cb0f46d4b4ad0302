-- The delivered guardians whom a row may mean that gives a guardian of their student no account. The row has no name, their
-- name, their first name, or an alike name and a contact point of theirs. The name is the one that this plan delivers, so
-- that the next plan of the same rows asks the same. A readable name that is not theirs protects nobody else.
-- Grain: one row a guardian and student. Key: guardian_account_id, student_id.
-- Inputs: platform_guardianships, planned_steps.delivered_names, provisioned.guardians_left_out, provisioned.guardian_lines,
-- provisioned.contact_points, valid.students.
-- Outputs: planned_steps.meant_guardians.

create table planned_steps.meant_guardians as
with rows_of_students as (
    select
        line.student_id,
        line.line,
        line.name_key,
        student.guardian_first_name as first_name,
        student.guardian_last_name as last_name,
        student.guardian_email as email,
        student.guardian_phone as phone
    from provisioned.guardian_lines as line
    semi join provisioned.guardians_left_out as left_out on line.student_id = left_out.student_id
    inner join valid.students as student on line.line = student.line
    where line.has_guardian
)

select
    guardianship.guardian_account_id,
    guardianship.student_id,
    min(student_row.line) as line
from platform_guardianships as guardianship
inner join planned_steps.delivered_names as guardian on guardianship.guardian_account_id = guardian.account_id
inner join rows_of_students as student_row
    on
        guardianship.student_id = student_row.student_id
        and (
            student_row.name_key in ('', guardian.name_key)
            or valid.shares_first_name(student_row.first_name, guardian.first_name)
            or (
                valid.is_like(student_row.first_name, student_row.last_name, guardian.first_name, guardian.last_name)
                and exists (
                    from provisioned.contact_points as contact
                    where
                        contact.account_id = guardian.account_id
                        and contact."value" in (student_row.email, student_row.phone)
                )
            )
        )
where guardianship.removed_at is null
group by guardianship.guardian_account_id, guardianship.student_id;
