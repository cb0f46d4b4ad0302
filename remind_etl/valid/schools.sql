-- The rows of schools.csv. Input: raw.schools.

-- Rows with what counts of them. Key: line.
create or replace temp table typed as
select
    *,
    school_id is not null and row_number() over (partition by school_id order by line) > 1 as is_repeated
from raw.schools;

-- Rows with something wrong. Key: line.
create or replace temp table judged as
select
    line,
    school_id as record_id,
    school_id,
    faults([
        blank(school_id, 'school_id', 'missing_id'),
        blank(school_name, 'school_name', 'missing_value'),
        long(school_id, 'school_id', 1000),
        long(school_name, 'school_name', 60),
        found(is_repeated, 'duplicate_school', 'school_id', school_id)
    ]) as errors,
    no_faults() as alerts,
    false as waits,
    [school_id] as ids
from typed
where not (has(school_id, 1000) and has(school_name, 60)) or is_repeated;

-- One row a school of the district. Key: school_id.
create or replace table valid.schools as
select
    line,
    school_id,
    school_name
from typed
anti join judged on typed.line = judged.line;
