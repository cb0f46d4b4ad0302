-- Finds schools that had another name when a person linked them. The link stays.
-- Grain: one row a school. Inputs: valid.schools, school_links. Outputs: valid.findings.

insert into valid.findings by name
select
    'mapped/schools' as found_by,
    'school_renamed' as code,
    'schools.csv' as "file",
    school.line,
    'school_name' as "column",
    school.school_name as "value",
    'school' as record_type,
    school.school_id as record_id,
    school.school_id
from valid.schools as school
inner join school_links as decided on school.school_id = decided.school_id
where
    decided.link = 'confirmed'
    and mapped_steps.school_key(school.school_name) != mapped_steps.school_key(decided.school_name);
