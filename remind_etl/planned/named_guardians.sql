-- The delivered guardians who would lose a student although a remaining row of the student still names them, by name or by
-- contact point. Matching needs every row, so they are asked for if a row of people was rejected that may be about them: it
-- has the id of a student of theirs or their own id, their first and last name, or their email or phone, or it says little.
-- Grain: one row a guardian and student. Key: guardian_account_id, student_id.
-- Inputs: planned.guardianship_changes, platform_guardianships, platform_accounts, platform_contact_points,
-- provisioned.named_guardians, planned_steps.delivered_names, planned_steps.rejected_tokens,
-- planned_steps.left_out_tokens, valid_steps.teachers_left_out_contacts, valid_steps.students_left_out_contacts.
-- Outputs: planned_steps.named_guardians.

create table planned_steps.named_guardians as
with guardians_of_rows as (
    select distinct
        removal.guardian_account_id,
        removal.old_student_id as student_id
    from planned.guardianship_changes as removal
    inner join planned_steps.delivered_names as guardian on removal.guardian_account_id = guardian.account_id
    inner join platform_accounts as account on guardian.account_id = account.account_id
    inner join provisioned.named_guardians as named
        on
            removal.old_student_id = named.student_id
            and guardian.name_key = named.name_key
    where
        removal."action" = 'remove'
        and (
            named.name_key != ''
            or exists (
                from platform_contact_points as contact
                where
                    contact.account_id = guardian.account_id
                    and (contact.removed_at is null or contact.removed_at = account.removed_at)
                    and contact."value" in (named.email, named.phone)
            )
        )
),

people_tokens as (
    select
        "file",
        line,
        cell,
        valid.name_key(cell) as name_key
    from planned_steps.rejected_tokens
    where "file" in ('teachers.csv', 'students.csv')
),

rows_that_say_little as (
    select line
    from people_tokens
    group by "file", line
    having count(*) < 2
),

rejected_contacts as (
    from valid_steps.teachers_left_out_contacts
    union
    from valid_steps.students_left_out_contacts
),

rejected_ids as (
    select distinct cell
    from planned_steps.left_out_tokens
    where "file" in ('teachers.csv', 'students.csv')
),

guardians_of_rejected_rows as (
    select guardian_account_id
    from platform_guardianships
    where removed_at is null and student_id in (from rejected_ids)
    union
    select account_id
    from platform_accounts
    where teacher_id in (from rejected_ids) or student_id in (from rejected_ids)
    union
    select guardian.account_id
    from guardians_of_rows as removal
    inner join planned_steps.delivered_names as guardian on removal.guardian_account_id = guardian.account_id
    inner join people_tokens as first_name on valid.name_key(guardian.first_name) = first_name.name_key
    inner join people_tokens as last_name
        on
            first_name."file" = last_name."file"
            and first_name.line = last_name.line
            and valid.name_key(guardian.last_name) = last_name.name_key
    union
    select contact.account_id
    from platform_contact_points as contact
    inner join rejected_contacts as sent
        on
            contact.kind = sent.kind
            and if(contact.kind = 'email', contact."value", right(contact."value", 10)) = sent.known_part
)

from guardians_of_rows
where
    guardian_account_id in (from guardians_of_rejected_rows)
    or exists (from rows_that_say_little);
