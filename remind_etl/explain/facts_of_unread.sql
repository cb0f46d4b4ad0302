-- Rejected lines of enrollments.csv that have both ids. Inputs: subjects, reasons, own_memberships. Outputs: facts.

insert into facts (
    kind, id, fact, class_id, person_id, "file", line,
    found_by, reason_code, severity, "column", cause_file, cause_line, school_id, other_id, "count", detail, remedy
)
select distinct
    subject.kind,
    subject.id,
    'not_in_class_unread',
    reason.id as class_id,
    reason.second_id as person_id,
    rejected."file",
    rejected.line,
    rejected.found_by,
    rejected.reason_code,
    rejected.severity,
    rejected."column",
    rejected.cause_file,
    rejected.cause_line,
    rejected.school_id,
    rejected.other_id,
    rejected."count",
    rejected.detail,
    rejected.remedy
from subjects as subject
inner join reasons as reason
    on
        reason.reason_code = 'unread'
        and (subject.class_id is null or subject.class_id = reason.id)
        and (subject.person_id is null or subject.person_id = reason.second_id)
inner join reasons as rejected on rejected.found_by = 'raw/enrollments' and reason.line = rejected.line
where
    coalesce(subject.class_id, subject.person_id) is not null
    and not exists (
        select 1
        from own_memberships as membership
        where reason.id = membership.class_id and reason.second_id = membership.person_id
    );
