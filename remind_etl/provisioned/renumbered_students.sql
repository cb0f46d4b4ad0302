-- The students whose id is new, with the delivered id that is gone from the files: email and name are the same.
-- Grain: one row a student. Key: student_id; old_student_id.
-- Inputs: provisioned_steps.known_accounts, provisioned_steps.known_contacts, provisioned.student_rows, raw.students.
-- Outputs: provisioned_steps.renumbered_students.

create or replace table provisioned_steps.renumbered_students as
with accounts_with_absent_id as (
    select account.*
    from provisioned_steps.known_accounts as account
    anti join raw.students as student_row on account.student_id = student_row.student_id
    where account.student_id is not null and account.removed_at is null
),

pairs as (
    select distinct
        student.student_id,
        account.student_id as old_student_id
    from accounts_with_absent_id as account
    inner join provisioned_steps.known_contacts as contact on account.known = contact.known and contact.kind = 'email'
    inner join provisioned.student_rows as student
        on
            contact."value" = student.email
            and account.name_key = provisioned.name_key(student.first_name, student.last_name)
    anti join provisioned_steps.known_accounts as other on student.student_id = other.student_id
)

from pairs
qualify count(*) over (partition by student_id) = 1 and count(*) over (partition by old_student_id) = 1;
