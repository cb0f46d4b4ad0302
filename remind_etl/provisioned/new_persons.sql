-- The persons who are neither recognised nor linked. Each gets a new account.
-- Grain: one row a person. Key: person.
-- Inputs: provisioned_steps.persons, provisioned_steps.recognised_accounts, provisioned.linked.
-- Outputs: provisioned_steps.new_persons.

create or replace view provisioned_steps.new_persons as
select
    person.person,
    person."role",
    person.id,
    person.first_name,
    person.last_name
from provisioned_steps.persons as person
anti join provisioned_steps.recognised_accounts as recognised on person.person = recognised.person
anti join provisioned.linked as linked on person.person = linked.person;
