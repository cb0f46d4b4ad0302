-- The students whose id is new, with the delivered id that is gone from the files: the name is the same, and so is the email.
-- A family may share an email or phone, which the account of a guardian has. So the name of the student, and a delivered guardian
-- on the row by the same name or none, and an email or phone of before, tell the same if the birth date is no other one. A
-- guardian whose name is only alike needs an equal birth date.
-- Grain: one row a student. Key: student_id; old_student_id.
-- Inputs: provisioned_steps.known_accounts, provisioned_steps.known_contacts, provisioned.student_rows,
-- provisioned.sent_contacts, platform_guardianships, raw.students.
-- Outputs: provisioned_steps.students_with_absent_id, provisioned_steps.renumbered_students.

-- A table of its own: most days no id is gone, and the pairs need not be looked for.
create or replace table provisioned_steps.students_with_absent_id as
select account.*
from provisioned_steps.known_accounts as account
anti join raw.students as student_row on account.student_id = student_row.student_id
where account.student_id is not null and account.removed_at is null;

create or replace table provisioned_steps.renumbered_students as
with contacts_of_accounts as (
    select
        account.known,
        contact."value",
        false as is_of_guardian,
        null as guardian_first_name,
        null as guardian_last_name
    from provisioned_steps.students_with_absent_id as account
    inner join provisioned_steps.known_contacts as contact on account.known = contact.known and contact.kind = 'email'
    union
    select
        account.known,
        contact."value",
        true,
        guardian.first_name,
        guardian.last_name
    from provisioned_steps.students_with_absent_id as account
    inner join platform_guardianships as guardianship
        on account.account_id = guardianship.student_account_id and guardianship.removed_at is null
    inner join provisioned_steps.known_accounts as guardian on guardianship.guardian_account_id = guardian.account_id
    inner join provisioned_steps.known_contacts as contact on guardian.known = contact.known
),

rows_with_new_id as (
    select
        student.line,
        student.student_id,
        student.dob,
        student.guardian_first_name,
        student.guardian_last_name,
        provisioned.name_key(student.first_name, student.last_name) as name_key
    from provisioned.student_rows as student
    anti join provisioned_steps.known_accounts as other on student.student_id = other.student_id
),

pairs as (
    select distinct
        student.student_id,
        account.student_id as old_student_id
    from provisioned_steps.students_with_absent_id as account
    inner join contacts_of_accounts as contact on account.known = contact.known
    inner join provisioned.sent_contacts as sent on contact."value" = sent."value" and sent."file" = 'students.csv'
    inner join rows_with_new_id as student on sent.line = student.line and account.name_key = student.name_key
    where
        if(
            contact.is_of_guardian,
            coalesce(account.dob = student.dob::varchar, true)
            and (
                account.dob = student.dob::varchar
                or coalesce(student.guardian_first_name, student.guardian_last_name) is null
                or coalesce(contact.guardian_first_name, contact.guardian_last_name) is null
                or valid.is_one_name(
                    contact.guardian_first_name,
                    contact.guardian_last_name,
                    student.guardian_first_name,
                    student.guardian_last_name
                )
            )
            and valid.is_like(
                contact.guardian_first_name,
                contact.guardian_last_name,
                student.guardian_first_name,
                student.guardian_last_name
            ),
            sent."column" = 'student_email'
        )
)

from pairs
qualify count(*) over (partition by student_id) = 1 and count(*) over (partition by old_student_id) = 1;
