-- Why an enrollment has no membership. Inputs: subjects, own_enrollments, own_memberships, sent_rows, reasons,
-- waiting_schools. Outputs: facts.

insert into facts (
    kind, id, "file", line, school_id, class_id, person_id, fact,
    found_by, second_id, reason_code, severity, "column", cause_file, cause_line, "count", detail, remedy, other_id
)
with places as (
    select distinct
        coalesce(class_id, person_id) as id,
        class_id is not null as is_class,
        school_id
    from sent_rows
    where "file" in ('classes.csv', 'students.csv', 'teachers.csv')
    order by school_id asc
),

schools_of as (
    select
        id,
        is_class,
        group_concat(school_id, ', ') as school_id
    from places
    group by id, is_class
),

refused as (
    select own.*
    from own_enrollments as own
    where
        not exists (
            select 1
            from own_memberships as membership
            where own.class_id = membership.class_id and own.person_id = membership.person_id
        )
)

select
    own.kind,
    own.id,
    own."file",
    own.line,
    own.school_id,
    own.class_id,
    own.person_id,
    'not_in_class_' || case
        when reason.reason_code in ('missing_id', 'missing_value', 'value_too_long') then 'unusable'
        when reason."column" = 'school_id' then 'row_elsewhere'
        when reason.reason_code = 'school_mismatch' then 'person_elsewhere'
        else coalesce(reason.reason_code, waiting.reason_code, 'held')
    end,
    reason.found_by,
    reason.second_id,
    reason.reason_code,
    reason.severity,
    reason."column",
    reason.cause_file,
    reason.cause_line,
    reason."count",
    reason.detail,
    reason.remedy,
    elsewhere.school_id as other_id
from refused as own
left join reasons as reason
    on own."file" = reason."file" and own.line = reason.line and (reason.severity is null or reason.severity = 'error')
left join waiting_schools as waiting on own.school_id = waiting.school_id
left join schools_of as elsewhere
    on
        elsewhere.is_class = (reason."column" = 'school_id')
        and elsewhere.id = case when elsewhere.is_class then own.class_id else own.person_id end;
