-- What the files have of the subjects, and the reasons that stand at their rows. Inputs: subjects, own_rows, sent_rows,
-- reasons. Outputs: facts.

insert into facts (fact, kind, id, "file", line, school_id, class_id, person_id)
select
    'row_of_' || kind,
    kind,
    id,
    "file",
    line,
    school_id,
    class_id,
    person_id
from own_rows
where is_taken;

-- A reason that is no problem is a fact itself. A guardian has the reasons of the guardian's columns.
insert into facts (
    kind, id, "file", line, class_id, person_id, fact,
    found_by, second_id, reason_code, severity, "column", cause_file, cause_line, school_id, other_id, "count", detail, remedy
)
select
    own.kind,
    own.id,
    own."file",
    own.line,
    own.class_id,
    own.person_id,
    case
        when reason.severity is null then reason.reason_code
        when reason.severity = 'error' and reason.found_by like 'valid/%' then 'left_out'
        when reason.found_by not like 'provisioned/%' then 'problem'
        when reason.severity = 'error' and reason.kind = own.kind then 'not_made'
        when reason.kind = 'guardian' and own.kind = 'student' then 'guardian_lost'
        else 'lost'
    end,
    reason.found_by,
    reason.second_id,
    reason.reason_code,
    reason.severity,
    reason."column",
    reason.cause_file,
    reason.cause_line,
    reason.school_id,
    reason.other_id,
    reason."count",
    reason.detail,
    reason.remedy
from own_rows as own
inner join reasons as reason on own."file" = reason."file" and own.line = reason.line
where
    reason.reason_code not in ('school_waits', 'school_ignored')
    and (own.kind != 'guardian' or not own.is_taken or reason.kind = 'guardian' or reason."column" like 'guardian%');

-- Rejected lines that have the id in a cell.
insert into facts (
    kind, id, fact, "file", line,
    found_by, second_id, reason_code, severity, "column", cause_file, cause_line, school_id, other_id, "count", detail, remedy
)
select
    subject.kind,
    subject.id,
    'unread',
    reason."file",
    reason.line,
    reason.found_by,
    reason.second_id,
    reason.reason_code,
    reason.severity,
    reason."column",
    reason.cause_file,
    reason.cause_line,
    reason.school_id,
    reason.other_id,
    reason."count",
    reason.detail,
    reason.remedy
from subjects as subject
inner join reasons as reason on subject.home = reason."file" and md5(subject.id) = reason.id and reason.found_by like 'raw/%';

-- Records without a row.
insert into facts (kind, id, fact, "file")
select
    subject.kind,
    subject.id,
    case when subject.kind in ('guardian', 'person') then 'no_row_of_' || subject.kind else 'no_row' end,
    subject.home
from subjects as subject
where
    subject.kind != 'place'
    and not exists (
        select 1 from facts as unread where subject.kind = unread.kind and subject.id = unread.id and unread.fact = 'unread'
    )
    and not exists (select 1 from own_rows as own where subject.kind = own.kind and subject.id = own.id);
