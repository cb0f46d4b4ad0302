-- Schools of which the pipeline makes nothing. Their people and classes have no rows of their own.
-- Grain: one row a school. Key: id. Inputs: mapped.schools, valid.schools. Outputs: reasons.

insert into reasons by name
select
    'mapped/schools' as found_by,
    'school' as kind,
    mapped_school.school_id as id,
    if(mapped_school.link = 'ignored', 'school_ignored', 'school_waits') as reason_code,
    'schools.csv' as "file",
    sent.line,
    mapped_school.platform_school_id as other_id
from mapped.schools as mapped_school
inner join valid.schools as sent on mapped_school.school_id = sent.school_id
where mapped_school.link != 'confirmed';
