-- Where the files name a record that has no row: the first row of each file. Inputs: subjects, own_rows, sent_rows.
-- Outputs: facts.

insert into facts (kind, id, fact, "file", line)
select
    subject.kind,
    subject.id,
    'only_named',
    sent."file",
    min(sent.line)
from subjects as subject
inner join sent_rows as sent
    on
        subject.school_id = sent.school_id
        or subject.class_id = sent.class_id
        or (subject.person_id = sent.person_id and sent."file" = 'classes.csv')
where
    subject.kind in ('school', 'class', 'teacher')
    and not exists (select 1 from own_rows as own where subject.kind = own.kind and subject.id = own.id)
group by subject.kind, subject.id, sent."file";
