-- The delivered email and phone of guardians whose rows of today have neither. A guardian without a contact point is an
-- error, so the guardian's account stays as it is. It keeps what it has, and nobody else gets it.
-- Grain: one row a line. Key: line.
-- Inputs: provisioned.student_rows, provisioned.placeholders, platform_guardianships, platform_contact_points,
-- provisioned_steps.known_accounts, provisioned_steps.renumbered_students. Outputs: provisioned.kept_contacts.

create or replace table provisioned.kept_contacts as
with named_lines as (
    select
        student.line,
        student.student_id,
        provisioned.name_key(student.guardian_first_name, student.guardian_last_name) as name_key,
        (student.guardian_email is not null and shared_email."value" is null)
        or (student.guardian_phone is not null and shared_phone."value" is null) as has_contact
    from provisioned.student_rows as student
    left join provisioned.placeholders as shared_email on student.guardian_email = shared_email."value"
    left join provisioned.placeholders as shared_phone on student.guardian_phone = shared_phone."value"
    where student.guardian_first_name is not null or student.guardian_last_name is not null
),

lines_without_contact as (
    from named_lines
    qualify not bool_or(has_contact) over (partition by student_id, name_key)
),

lines_of_accounts as (
    select
        line.line,
        any_value(account.account_id) as account_id
    from lines_without_contact as line
    left join provisioned_steps.renumbered_students as renumbered on line.student_id = renumbered.student_id
    inner join platform_guardianships as guardianship
        on
            coalesce(renumbered.old_student_id, line.student_id) = guardianship.student_id
            and guardianship.removed_at is null
    inner join provisioned_steps.known_accounts as account
        on guardianship.guardian_account_id = account.account_id and line.name_key = account.name_key
    where account.removed_at is null
    group by line.line
    having count(distinct account.account_id) = 1
)

select
    line.line,
    min(contact."value") filter (where contact.kind = 'email') as email,
    min(contact."value") filter (where contact.kind = 'phone') as phone
from lines_of_accounts as line
inner join platform_contact_points as contact on line.account_id = contact.account_id and contact.removed_at is null
anti join provisioned.placeholders as placeholder on contact."value" = placeholder."value"
group by line.line;
