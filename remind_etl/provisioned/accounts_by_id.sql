-- Persons, and accounts with their teacher id or student id. An account that was made of a teacher id, and lost the role of
-- a teacher since, is the teacher's too if the name is a spelling of the teacher's: a parent who returns as a teacher. A name
-- that is alike needs an email or phone of the account too, so that no other teacher gets the children of a former one.
-- Grain: one row a person and account and id. Key: none.
-- Inputs: provisioned_steps.persons, provisioned_steps.known_accounts, provisioned_steps.known_contacts, landed.drops.
-- Outputs: provisioned_steps.accounts_by_id, provisioned_steps.former_teachers.

create or replace table provisioned_steps.accounts_by_id as
select
    person.person,
    account.known,
    1 as sureness
from provisioned_steps.persons as person
inner join provisioned_steps.known_accounts as account on person.teacher_id = account.teacher_id
union all
select
    person.person,
    account.known,
    2 as sureness
from provisioned_steps.persons as person
inner join provisioned_steps.known_accounts as account on person.student_id = account.student_id;

create or replace table provisioned_steps.former_teachers as
select
    person.person,
    account.known,
    person.first_name,
    person.last_name,
    exists (
        from provisioned_steps.known_contacts as contact
        where contact.known = account.known and contact."value" in (person.email, person.phone)
    ) as has_same_contact,
    account.first_name as known_first_name,
    account.last_name as known_last_name
from provisioned_steps.persons as person
cross join landed.drops as district
inner join provisioned_steps.known_accounts as account
    on provisioned.account_uuid(district.district_id, 'teacher', person.teacher_id) = account.account_id
where account.teacher_id is null and account.removed_at is null;

insert into provisioned_steps.accounts_by_id
select
    person,
    known,
    2 as sureness
from provisioned_steps.former_teachers
where
    valid.is_one_name(first_name, last_name, known_first_name, known_last_name)
    or (has_same_contact and valid.is_like(first_name, last_name, known_first_name, known_last_name));
