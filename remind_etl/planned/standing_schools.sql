-- How many records stood at a school before anything of this drop was delivered, if the drop was delivered before.
-- Grain: one row a kind of record and school. Key: kind, school_id. Inputs: none. Outputs: planned_steps.stood_at_schools.

create table planned_steps.stood_at_schools as
select
    unnest($kinds::varchar[]) as kind,
    unnest($schools::varchar[]) as school_id,
    unnest($records::bigint[]) as records;
