-- Rejected lines of enrollments.csv that have both ids. Inputs: subjects, reasons, own_memberships. Outputs: facts.

insert into facts by name
select distinct
    subject.kind,
    subject.id,
    'not_in_class_unread' as fact,
    reason.id as class_id,
    reason.second_id as person_id,
    rejected.* exclude (kind, id, second_id)
from subjects as subject
inner join reasons as reason
    on
        reason.reason_code = 'unread'
        and (subject.class_id is null or subject.class_id = reason.id)
        and (subject.person_id is null or subject.person_id = reason.second_id)
inner join reasons as rejected on rejected.found_by = 'raw/enrollments' and reason.line = rejected.line
anti join own_memberships as membership on reason.id = membership.class_id and reason.second_id = membership.person_id
where coalesce(subject.class_id, subject.person_id) is not null;
