-- The counts by which a raw table is judged, in one pass. Key: none, one row. Inputs: raw.${source}, raw.outcomes.
-- `${required}` and `${blank}` are the columns with a required value and the condition that one beside the id is blank.

with counted as (
    select
        count(*) as taken,
        count(*) - count(columns('^(${required})$')) as "no_\1",
        count(*) filter (where ${id_column} is not null and (${blank})) as blank_values,
        count(${id_column}) as filled_ids,
        count(distinct ${id_column}) as ids,
        count(*) filter (where valid.is_rounded(${id_column})) as rounded_ids
    from raw.${source}
)

select
    counted.* exclude (taken),
    outcome.accepted,
    outcome.rejected,
    outcome.records,
    (outcome.records = 0)::int as is_empty,
    (outcome.records > 0 and outcome.accepted = 0)::int as is_unreadable,
    outcome.miscounted + abs(outcome.accepted - counted.taken) as lost
from raw.outcomes as outcome
cross join counted
where outcome."file" = '${table}.csv';
