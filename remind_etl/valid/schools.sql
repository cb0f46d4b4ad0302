-- The judged rows of schools.csv. Key: line. Input: raw.schools.

create or replace temp table judged as
select
    line,
    school_id,
    school_name,
    school_id as record_id,
    faults([
        blank(school_id, 'school_id', 'missing_id'),
        blank(school_name, 'school_name', 'missing_value'),
        long(school_id, 'school_id', 1000),
        long(school_name, 'school_name', 60),
        found(
            school_id is not null and row_number() over (partition by school_id order by line) > 1,
            'duplicate_school', 'school_id', school_id
        )
    ]) as errors,
    no_faults() as alerts,
    false as waits,
    [school_id] as ids
from raw.schools;

-- One row a school of the district. Key: school_id.
create or replace table valid.schools as
select
    line,
    school_id,
    school_name
from judged
where len(errors) = 0;
