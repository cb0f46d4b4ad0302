-- Classes whose rows name a teacher who does not own them. Inputs: subjects, sent_rows, classes, waiting_schools, reasons.
-- Outputs: facts.

insert into facts (kind, id, fact, "file", line, school_id, class_id, person_id, other_id)
select
    subject.kind,
    subject.id,
    'not_owner_' || case
        when not sent.is_taken then 'left_out'
        when waiting.school_id is not null then waiting.reason_code
        when class.class_id is null then 'no_class'
        else coalesce(reason.reason_code, 'as_delivered')
    end,
    sent."file",
    sent.line,
    sent.school_id,
    sent.class_id,
    sent.person_id,
    class.owner_teacher_id
from subjects as subject
inner join sent_rows as sent on subject.kind = 'teacher' and sent."file" = 'classes.csv' and subject.id = sent.person_id
left join classes as class on sent.class_id = class.class_id
left join waiting_schools as waiting on sent.school_id = waiting.school_id
left join reasons as reason on reason.reason_code = 'co_teacher_owns' and sent.line = reason.line
where class.owner_teacher_id is distinct from sent.person_id;
