-- The problem of emails and phones that nobody gets, because many people share them.
-- Inputs: provisioned.placeholders. Outputs: valid.findings.

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'placeholder_contact' as code,
    case when "column" like 'teacher%' then 'teachers.csv' else 'students.csv' end as "file",
    line,
    "column",
    "value",
    people as detail
from provisioned.placeholders;
