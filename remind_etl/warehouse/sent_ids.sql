-- The ids of the files, other than enrollments.csv, with the form in which ids are alike.
-- Grain: one row an id. Key: kind, id. Inputs: trace_sent_rows; the macro id_form. Outputs: trace_sent_ids.

create or replace temp view trace_sent_ids as
with ids as (
    select distinct
        case "file"
            when 'schools.csv' then 'school' when 'classes.csv' then 'class' when 'teachers.csv' then 'teacher' else 'student'
        end as kind,
        case "file" when 'schools.csv' then school_id when 'classes.csv' then class_id else person_id end as id
    from trace_sent_rows
    where "file" != 'enrollments.csv'
)

select
    id_form(id) as term,
    kind,
    id
from ids
where id is not null
order by term, kind, id;
