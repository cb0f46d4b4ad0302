-- The rows of a person who has several that do not say the same, with the columns in which they disagree with the first
-- value of the person. A blank says nothing.
-- Grain: one row a line. Key: line. Inputs: valid.${table}.
-- Outputs: valid_steps.${table}_people_with_differences, valid_steps.${table}_differing.

create or replace table valid_steps.${table}_people_with_differences as
select ${id_column}
from valid.${table}
group by ${id_column}
having min(hash(${person_columns})) != max(hash(${person_columns}));

create or replace table valid_steps.${table}_differing as
with several as (
    select person.*
    from valid.${table} as person
    semi join valid_steps.${table}_people_with_differences as different
        on person.${id_column} = different.${id_column}
),

first_values as (
    select
        ${id_column},
        ${first_values}
    from several
    group by ${id_column}
)

select
    several.line,
    several.${id_column} as record_id,
    several.school_id,
    list_filter([${differences}], lambda name: name is not null) as "columns"
from several
inner join first_values on several.${id_column} = first_values.${id_column};
