-- Finds schools that had another name when a person decided about them. A link stays.
-- Grain: one row a school. Key: school_id. Inputs: valid.schools, school_links.
-- Outputs: mapped_steps.other_names, mapped_steps.renamed_schools, valid.findings.

create or replace table mapped_steps.other_names as
select
    school.line,
    school.school_id,
    school.school_name,
    decided.school_name as decided_name,
    decided.link
from valid.schools as school
inner join school_links as decided on school.school_id = decided.school_id
where school.school_name != decided.school_name;

create or replace table mapped_steps.renamed_schools as
from mapped_steps.other_names
where mapped_steps.school_key(school_name) != mapped_steps.school_key(decided_name);

insert into valid.findings by name
select
    'mapped/schools' as found_by,
    'school_renamed' as code,
    'schools.csv' as "file",
    line,
    'school_name' as "column",
    school_name as "value",
    'school' as record_type,
    school_id as record_id,
    school_id
from mapped_steps.renamed_schools
where link = 'confirmed';
