-- The emails and phones in the rows of a file that were left out, however such a row is cut into cells.
-- A phone is known by its last digits.
-- Grain: one row a contact point. Key: line, kind, known_part.
-- Inputs: raw.${table}, raw.reject_tokens, valid.left_out.
-- Outputs: valid_steps.${table}_left_out_lines, valid_steps.${table}_left_out_contacts.

create or replace table valid_steps.${table}_left_out_lines as
select distinct line
from valid.left_out
where "file" = '${table}.csv';

create or replace table valid_steps.${table}_left_out_contacts as
with texts as (
    select
        line,
        cell
    from raw.reject_tokens
    where "file" = '${table}.csv'
    union
    select
        sent.line,
        unnest([${email_columns}, ${phone_columns}])
    from raw.${table} as sent
    semi join valid_steps.${table}_left_out_lines as left_out on sent.line = left_out.line
),

contacts as (
    select
        line,
        'email' as kind,
        valid.email(cell) as known_part
    from texts
    where contains(cell, '@')
    union
    select
        line,
        'phone',
        right(regexp_replace(cell, '[^0-9]', '', 'g'), 10)
    from texts
)

from contacts
where known_part != '';
