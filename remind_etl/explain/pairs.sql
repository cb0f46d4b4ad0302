-- The classes and persons that a record with a slash may mean. Inputs: none. Outputs: pairs.

insert into pairs by name
select
    unnest($classes::varchar[]) as class_id,
    unnest($persons::varchar[]) as person_id;
