-- Ids like one that is found nowhere: without case, blanks and leading zeros they are the same.
-- Grain: one row an id. Key: kind, id. Inputs: sent_rows, accounts; the variable record.

with ids as (
    select
        case "file"
            when 'schools.csv' then 'school' when 'classes.csv' then 'class' when 'teachers.csv' then 'teacher' else 'student'
        end as kind,
        case "file" when 'schools.csv' then school_id when 'classes.csv' then class_id else person_id end as id
    from sent_rows
    where "file" != 'enrollments.csv'
    union
    select
        'account',
        account_id
    from accounts
)

select
    kind,
    id
from ids
where
    ltrim(lower(regexp_replace(id, '[\s\p{Z}]', '', 'g')), '0')
    = ltrim(lower(regexp_replace(getvariable('record'), '[\s\p{Z}]', '', 'g')), '0')
order by kind, id
limit 10;
