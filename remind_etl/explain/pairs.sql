-- The classes and persons that a record with a slash may mean. Inputs: none. Outputs: pairs.

-- One row a slash. Key: class_id, person_id.
create temp table pairs as
select
    unnest($classes::varchar[]) as class_id,
    unnest($persons::varchar[]) as person_id;
