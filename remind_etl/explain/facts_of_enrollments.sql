-- Why an enrollment has no membership. Inputs: subjects, own_enrollments, own_memberships, sent_rows, reasons,
-- waiting_schools. Outputs: facts.

insert into facts by name
with schools_of as (
    select
        coalesce(class_id, person_id) as id,
        class_id is not null as is_class,
        string_agg(distinct school_id, ', ' order by school_id) as school_id
    from sent_rows
    where "file" in ('classes.csv', 'students.csv', 'teachers.csv')
    group by all
),

refused as (
    select own.*
    from own_enrollments as own
    anti join own_memberships as membership on own.class_id = membership.class_id and own.person_id = membership.person_id
)

select
    own.* exclude (is_taken),
    'not_in_class_' || case
        when reason.reason_code in ('missing_id', 'missing_value', 'value_too_long') then 'unusable'
        when reason."column" = 'school_id' then 'row_elsewhere'
        when reason.reason_code = 'school_mismatch' then 'person_elsewhere'
        else coalesce(reason.reason_code, waiting.reason_code, 'held')
    end as fact,
    reason.* exclude (kind, id, "file", line, school_id, other_id),
    elsewhere.school_id as other_id
from refused as own
left join reasons as reason
    on own."file" = reason."file" and own.line = reason.line and (reason.severity is null or reason.severity = 'error')
left join waiting_schools as waiting on own.school_id = waiting.school_id
left join schools_of as elsewhere
    on
        elsewhere.is_class = (reason."column" = 'school_id')
        and elsewhere.id = if(elsewhere.is_class, own.class_id, own.person_id);
