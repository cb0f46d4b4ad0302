-- One row an id like one that is found nowhere: without case, blanks and leading zeros they are the same. Key: kind, id.
-- Inputs: sent_rows, accounts; the variable record.

create or replace temp macro bare_id(id) as ltrim(lower(regexp_replace(id, '[\s\p{Z}]', '', 'g')), '0');

select distinct
    kind,
    id
from (
    select
        'school' as kind,
        school_id as id
    from sent_rows
    where "file" = 'schools.csv'
    union all
    select
        case "file" when 'teachers.csv' then 'teacher' else 'student' end,
        person_id
    from sent_rows
    where "file" in ('teachers.csv', 'students.csv')
    union all
    select
        'class',
        class_id
    from sent_rows
    where "file" = 'classes.csv'
    union all
    select
        'account',
        account_id
    from accounts
)
where bare_id(id) = bare_id(getvariable('record'))
order by kind, id
limit 10;
