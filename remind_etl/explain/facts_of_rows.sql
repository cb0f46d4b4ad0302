-- What the files have of the subjects, and the reasons that stand at their rows. Inputs: subjects, own_rows, sent_rows,
-- reasons. Outputs: facts.

insert into facts by name
select
    'row_of_' || kind as fact,
    * exclude (is_taken)
from own_rows
where is_taken;

-- A reason that is no problem is a fact itself. A guardian has the reasons of the guardian's columns.
insert into facts by name
select
    own.* exclude (is_taken, school_id),
    case
        when reason.severity is null then reason.reason_code
        when reason.severity = 'error' and reason.found_by like 'valid/%' then 'left_out'
        when reason.found_by not like 'provisioned/%' then 'problem'
        when reason.severity = 'error' and reason.kind = own.kind then 'not_made'
        when reason.kind = 'guardian' and own.kind = 'student' then 'guardian_lost'
        else 'lost'
    end as fact,
    reason.* exclude (kind, id, "file", line)
from own_rows as own
inner join reasons as reason on own."file" = reason."file" and own.line = reason.line
where
    reason.reason_code not in ('school_waits', 'school_ignored')
    and (own.kind != 'guardian' or not own.is_taken or reason.kind = 'guardian' or reason."column" like 'guardian%');

-- Rejected lines that have the id in a cell.
insert into facts by name
select
    subject.kind,
    subject.id,
    'unread' as fact,
    reason.* exclude (kind, id)
from subjects as subject
inner join reasons as reason on subject.home = reason."file" and md5(subject.id) = reason.id and reason.found_by like 'raw/%';

-- Records without a row.
insert into facts by name
select
    subject.kind,
    subject.id,
    if(subject.kind in ('guardian', 'person'), 'no_row_of_' || subject.kind, 'no_row') as fact,
    subject.home as "file"
from subjects as subject
anti join facts as unread on subject.kind = unread.kind and subject.id = unread.id and unread.fact = 'unread'
anti join own_rows as own on subject.kind = own.kind and subject.id = own.id
where subject.kind != 'place';
