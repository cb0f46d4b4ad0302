-- The emails that are no address as they are sent, and the address that each means all the same, if it means one. Few are odd.
-- Grain: one row a text. Key: value. Inputs: valid_steps.${table}_sent.
-- Outputs: valid_steps.${table}_odd_texts, valid_steps.${table}_odd_emails.

create or replace table valid_steps.${table}_odd_texts as
select distinct "value"
from (select unnest([${email_columns}]) as "value" from valid_steps.${table}_sent)
where "value" is not null and valid.address(lower("value")) is null;

create or replace table valid_steps.${table}_odd_emails as
select
    "value",
    valid.email("value") as address
from valid_steps.${table}_odd_texts;
