-- Persons, and accounts with their teacher id or student id.
-- Grain: one row a person and account and id. Key: none.
-- Inputs: provisioned_steps.persons, provisioned_steps.known_accounts. Outputs: provisioned_steps.accounts_by_id.

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
