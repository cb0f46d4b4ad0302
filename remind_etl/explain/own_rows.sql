-- The rows and memberships of the subjects. Inputs: the published tables, subjects. Outputs: own_rows, own_enrollments,
-- own_memberships.

-- One row a row of a file that is about a subject. Key: kind, id, file, line.
insert into own_rows
select
    subject.kind,
    subject.id,
    sent.*
from subjects as subject
inner join sent_rows as sent
    on
        subject.home = sent."file"
        and (subject.school_id = sent.school_id or subject.class_id = sent.class_id or subject.person_id = sent.person_id)
union all
select
    subject.kind,
    subject.id,
    sent.*
from subjects as subject
inner join guardian_lines as named on subject.kind = 'guardian' and subject.account_id = named.account_id
inner join sent_rows as sent on sent."file" = 'students.csv' and named.line = sent.line;

-- One row an enrollment of a subject. Key: kind, id, line.
insert into own_enrollments
select
    subject.kind,
    subject.id,
    sent.*
from subjects as subject
inner join sent_rows as sent
    on
        sent."file" = 'enrollments.csv'
        and coalesce(subject.class_id = sent.class_id, subject.class_id is null)
        and coalesce(subject.person_id = sent.person_id, subject.person_id is null)
where coalesce(subject.class_id, subject.person_id) is not null;

-- One row a membership that the platform has of a subject. Key: kind, id, class_id, account_id, role.
insert into own_memberships
select
    subject.kind,
    subject.id,
    member.class_id,
    member.account_id,
    member."role",
    member.record_id
from subjects as subject
inner join class_members as member
    on
        member."role" != 'guardian'
        and (subject.class_id is null or subject.class_id = member.class_id)
        and (subject.person_id is null or subject.person_id = member.record_id)
        and (subject.account_id is null or subject.account_id = member.account_id)
where coalesce(subject.class_id, subject.person_id) is not null and subject.kind != 'person';
