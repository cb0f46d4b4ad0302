-- The names that share an email or phone, beside each account that has it. 0: the name is the account's. 1: the name is
-- another one, but alike, such as after a marriage, and a student is the account's. 2: only a student is. An account that
-- loses the value to a teacher of the files proves nothing of it. Else the next plan, without this proof, would part the names.
-- Grain: one row an email or phone, name and account. Key: value, name_key, account_id.
-- Inputs: provisioned_steps.shared_contacts, provisioned_steps.known_accounts, provisioned_steps.known_contacts,
-- provisioned_steps.renumbered_students, provisioned.sent_contacts, platform_guardianships.
-- Outputs: provisioned_steps.names_of_accounts.

create or replace table provisioned_steps.names_of_accounts as
with accounts_with_value as (
    select
        contact."value",
        account.account_id,
        account.first_name,
        account.last_name
    from provisioned_steps.known_contacts as contact
    inner join provisioned_steps.known_accounts as account on contact.known = account.known
    semi join provisioned_steps.shared_contacts as several on contact."value" = several."value"
    left join provisioned.sent_contacts as teacher on contact."value" = teacher."value" and teacher."file" = 'teachers.csv'
    where account.removed_at is null
    group by all
    having
        count(teacher.id) = 0
        or bool_or(teacher.id = account.teacher_id)
        or bool_or(valid.is_one_name(teacher.first_name, teacher.last_name, account.first_name, account.last_name))
),

students_of_accounts as (
    select
        guardianship.guardian_account_id as account_id,
        coalesce(renumbered.student_id, guardianship.student_id) as student_id
    from platform_guardianships as guardianship
    semi join accounts_with_value as account on guardianship.guardian_account_id = account.account_id
    left join provisioned_steps.renumbered_students as renumbered on guardianship.student_id = renumbered.old_student_id
    where guardianship.removed_at is null
),

compared_names as (
    select
        person."value",
        person.name_key,
        account.account_id,
        coalesce(account.first_name, account.last_name) is not null as has_name,
        student.student_id is not null as has_same_student,
        valid.is_one_name(
            person.person_name.first, person.person_name.last, account.first_name, account.last_name
        ) as is_one_name,
        valid.is_like(person.person_name.first, person.person_name.last, account.first_name, account.last_name) as is_like
    from provisioned_steps.shared_contacts as person
    inner join accounts_with_value as account on person."value" = account."value"
    left join students_of_accounts as student
        on account.account_id = student.account_id and person.student_id = student.student_id
)

select
    "value",
    name_key,
    account_id,
    min(case when is_one_name then 0 when has_name and is_like then 1 else 2 end) as name_rank
from compared_names
where is_one_name or has_same_student
group by "value", name_key, account_id;
