-- The delivered guardians whom a row may mean that gives a guardian of their student no account. The row has no name, their
-- name, their first name, or an alike name and a contact point of theirs. Or their email stands in a cell of a name or phone,
-- or their phone in one of a name or email: a missing comma moves cells. The name is the one that this plan delivers, so that
-- the next plan of the same rows asks the same. A readable name that is not theirs protects nobody else. If the id of the
-- student belongs to another person now, a row without a name or with a first name alone means none of the former guardians.
-- Grain: one row a guardian and student. Key: guardian_account_id, student_id.
-- Inputs: platform_guardianships, platform_contact_points, planned_steps.delivered_names, provisioned.guardians_left_out,
-- provisioned.guardian_lines, provisioned.contact_points, planned_steps.reused_people, valid.students, raw.students.
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
    semi join provisioned.guardians_left_out as left_out on line.line = left_out.line
    inner join valid.students as student on line.line = student.line
    where line.has_guardian
),

moved_cells as (
    select
        row_of_student.student_id,
        row_of_student.line,
        unnest([
            { 'kind': 'email', 'cell': sent.student_phone },
            { 'kind': 'email', 'cell': sent.guardian_phone },
            { 'kind': 'phone', 'cell': sent.student_email },
            { 'kind': 'phone', 'cell': sent.guardian_email },
            { 'kind': 'email', 'cell': sent.guardian_first_name },
            { 'kind': 'phone', 'cell': sent.guardian_first_name },
            { 'kind': 'email', 'cell': sent.guardian_last_name },
            { 'kind': 'phone', 'cell': sent.guardian_last_name }
        ]) as moved
    from rows_of_students as row_of_student
    inner join raw.students as sent on row_of_student.line = sent.line
),

moved_contacts as (
    select
        student_id,
        line,
        moved.kind,
        if(
            moved.kind = 'email', valid.email(moved.cell), right(regexp_replace(moved.cell, '[^0-9]', '', 'g'), 10)
        ) as known_part
    from moved_cells
    where if(moved.kind = 'email', contains(moved.cell, '@'), regexp_matches(moved.cell, '[0-9]'))
),

guardians_with_moved_contact as (
    select distinct
        guardianship.guardian_account_id,
        moved.student_id,
        moved.line
    from moved_contacts as moved
    inner join platform_guardianships as guardianship on moved.student_id = guardianship.student_id
    inner join platform_contact_points as contact
        on
            guardianship.guardian_account_id = contact.account_id
            and moved.kind = contact.kind
            and moved.known_part = if(contact.kind = 'email', contact."value", right(contact."value", 10))
    left join provisioned.contact_points as claim on contact."value" = claim."value"
    where
        contact.removed_at is null
        and coalesce(claim.account_id = guardianship.guardian_account_id, true)
)

select
    guardianship.guardian_account_id,
    guardianship.student_id,
    min(student_row.line) as line
from platform_guardianships as guardianship
inner join planned_steps.delivered_names as guardian on guardianship.guardian_account_id = guardian.account_id
left join planned_steps.reused_people as reused on guardianship.student_account_id = reused.account_id
inner join rows_of_students as student_row
    on
        guardianship.student_id = student_row.student_id
        and (
            (guardian.name_key = student_row.name_key and guardian.name_key != '')
            or (
                reused.account_id is null
                and (
                    student_row.name_key = ''
                    or valid.shares_first_name(
                        coalesce(student_row.first_name, student_row.last_name), guardian.first_name
                    )
                )
            )
            or (
                valid.is_like(student_row.first_name, student_row.last_name, guardian.first_name, guardian.last_name)
                and exists (
                    from provisioned.contact_points as contact
                    where
                        contact.account_id = guardian.account_id
                        and contact."value" in (student_row.email, student_row.phone)
                )
            )
            or exists (
                from guardians_with_moved_contact as moved
                where
                    moved.guardian_account_id = guardianship.guardian_account_id
                    and moved.line = student_row.line
            )
        )
where guardianship.removed_at is null
group by guardianship.guardian_account_id, guardianship.student_id;
