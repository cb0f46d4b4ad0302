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
        blank(school_id, 'school_id', 'missing_id', error_for_id),
        unnamed(school_name, 'school_name'),
        long(school_id, 'school_id'),
        long(school_name, 'school_name'),
        found(is_repeated, 'duplicate_school', 'school_id', school_id)
    ]) as errors,
    faults([
        found(valid.is_curly(school_id), 'curly_quotes', 'school_id', school_id),
        found(valid.is_curly(school_name), 'curly_quotes', 'school_name', school_name)
    ]) as alerts,
    false as waits,
    [school_id] as ids
from typed
where
    not (has(school_id, 'school_id') and is_name(school_name, 'school_name'))
    or is_repeated
    or valid.is_curly(school_id)
    or valid.is_curly(school_name);

-- One row a school of the district. Key: school_id.
create or replace table valid.schools as
select
    line,
    school_id,
    school_name
from typed
anti join left_out('judged') as l on typed.line = l.line;
