-- The schools that schools.csv names, in rows that are left out too, and whether each can be used: who refers to one
-- refers to something. A cell of a record that could not be read may name one.
-- Grain: one row a school. Key: id. Inputs: raw.schools, raw.reject_tokens, valid.schools. Outputs: valid_steps.places.

create or replace table valid_steps.places as
with named as (
    select school_id as id
    from raw.schools
    where school_id is not null
    union
    select cell
    from raw.reject_tokens
    where "file" = 'schools.csv'
)

select
    named.id,
    school.school_id is not null as is_taken
from named
left join valid.schools as school on named.id = school.school_id;
