-- Teachers and students, and accounts with their email and name whose own id is no longer in the files. Such ids were
-- renumbered, or a student became a teacher. A renumbered student is known by the email of the own row, although a guardian
-- who writes it too gets it, and by a guardian of before.
-- Grain: one row a person and account. Key: person, known.
-- Inputs: provisioned_steps.persons, provisioned_steps.won_claims, provisioned_steps.known_accounts,
-- provisioned_steps.known_contacts, provisioned_steps.renumbered_students, raw.teachers, raw.students.
-- Outputs: provisioned_steps.accounts_with_absent_id, provisioned_steps.accounts_by_email.

-- A table of its own: most days no id is gone, and nobody need be looked for.
create or replace table provisioned_steps.accounts_with_absent_id as
select account.*
from provisioned_steps.known_accounts as account
anti join raw.teachers as teacher_row on account.teacher_id = teacher_row.teacher_id
anti join raw.students as student_row on account.student_id = student_row.student_id
where account.teacher_id is not null or account.student_id is not null;

create or replace table provisioned_steps.accounts_by_email as
select
    person.person,
    account.known
from provisioned_steps.accounts_with_absent_id as account
inner join provisioned_steps.known_contacts as contact on account.known = contact.known and contact.kind = 'email'
inner join provisioned_steps.won_claims as claim on contact."value" = claim."value"
inner join provisioned_steps.persons as person on claim.canonical_person = person.person
where
    account.name_key = provisioned.name_key(person.first_name, person.last_name)
    and (
        (account.teacher_id is not null and person.teacher_id is not null)
        or (account.student_id is not null and person.student_id is not null)
        or account.student_id = person.teacher_id
    )
union
select
    person.person,
    account.known
from provisioned_steps.accounts_with_absent_id as account
inner join provisioned_steps.renumbered_students as renumbered on account.student_id = renumbered.old_student_id
inner join provisioned_steps.persons as person on renumbered.student_id = person.student_id;
