-- Ids that stand for two people: the names of their rows are not alike. The detail names the first line of each.
-- Few ids have several names, so only their names are compared.
-- Grain: one row an id. Key: id. Inputs: raw.${table}.
-- Outputs: valid_steps.${table}_ids_with_several_names, valid_steps.${table}_shared_ids.

create or replace table valid_steps.${table}_ids_with_several_names as
select ${record}_id as id
from raw.${table}
where ${record}_id is not null
group by ${record}_id
having min(hash(${record}_first_name, ${record}_last_name)) != max(hash(${record}_first_name, ${record}_last_name));

create or replace table valid_steps.${table}_shared_ids as
with named_rows as (
    select
        sent.line,
        sent.${record}_id as id,
        valid.id(sent.${record}_first_name) as first_name,
        valid.id(sent.${record}_last_name) as last_name
    from raw.${table} as sent
    semi join valid_steps.${table}_ids_with_several_names as several on sent.${record}_id = several.id
    where valid.id(sent.${record}_first_name) is not null and valid.id(sent.${record}_last_name) is not null
),

first_rows as (
    select
        id,
        min({ 'line': line, 'first_name': first_name, 'last_name': last_name }) as first_row
    from named_rows
    group by id
    having min(hash(first_name, last_name)) != max(hash(first_name, last_name))
)

select
    first.id,
    format('lines {} and {}', first.first_row.line, min(other.line)) as lines
from first_rows as first
inner join named_rows as other on first.id = other.id
where not valid.is_like(first.first_row.first_name, first.first_row.last_name, other.first_name, other.last_name)
group by first.id, first.first_row.line;
