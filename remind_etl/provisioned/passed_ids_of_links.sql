-- Of the accounts that seem to be another teacher's, those that also belong to somebody outside of the district. Such an account
-- never passes to the new teacher: people of other districts know its owner.
-- Grain: one row a person and account. Key: person, known.
-- Inputs: linked_anywhere, provisioned_steps.passed_teacher_ids. Outputs: provisioned_steps.passed_ids_of_links.

create or replace table provisioned_steps.passed_ids_of_links as
select passed.*
from provisioned_steps.passed_teacher_ids as passed
semi join linked_anywhere as link on passed.account_id = link.account_id;
