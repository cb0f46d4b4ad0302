-- Where the files name a record that has no row: the first row of each file. Inputs: subjects, own_rows, sent_rows.
-- Outputs: facts.

insert into facts by name
select
    subject.kind,
    subject.id,
    'only_named' as fact,
    sent."file",
    min(sent.line) as line
from subjects as subject
inner join sent_rows as sent
    on
        subject.school_id = sent.school_id
        or subject.class_id = sent.class_id
        or (subject.person_id = sent.person_id and sent."file" = 'classes.csv')
anti join own_rows as own on subject.kind = own.kind and subject.id = own.id
where subject.kind in ('school', 'class', 'teacher')
group by subject.kind, subject.id, sent."file";
