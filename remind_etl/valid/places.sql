-- One row a school that schools.csv names, in rows that are left out too, and whether it can be used: who refers to one
-- refers to something. A cell of a record that could not be read may name one. Key: id. Inputs: raw.schools, raw.reject_tokens,
-- valid.schools.

create or replace temp table places as
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
    n.id,
    v.school_id is not null as is_taken
from named as n
left join valid.schools as v on n.id = v.school_id;
