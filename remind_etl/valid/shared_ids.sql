-- Ids that stand for two people: the names of their rows are not alike. The detail names the first line of each.
-- Grain: one row an id. Key: id. Inputs: raw.${table}. Outputs: valid_steps.${table}_shared_ids.

create or replace table valid_steps.${table}_shared_ids as
with named_rows as (
    select
        line,
        ${record}_id as id,
        valid.id(${record}_first_name) as first_name,
        valid.id(${record}_last_name) as last_name
    from raw.${table}
    where
        valid.id(${record}_id) is not null
        and valid.id(${record}_first_name) is not null
        and valid.id(${record}_last_name) is not null
),

ids_with_several_names as (
    select
        id,
        min({ 'line': line, 'first_name': first_name, 'last_name': last_name }) as first_row
    from named_rows
    group by id
    having min(hash(first_name, last_name)) != max(hash(first_name, last_name))
)

select
    several.id,
    format('lines {} and {}', several.first_row.line, min(other.line)) as lines
from ids_with_several_names as several
inner join named_rows as other on several.id = other.id
where
    not valid.is_like(
        several.first_row.first_name, several.first_row.last_name, other.first_name, other.last_name
    )
group by several.id, several.first_row.line;
