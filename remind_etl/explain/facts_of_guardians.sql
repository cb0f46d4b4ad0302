-- The guardians of a student, by the lines that name them. Inputs: own_rows, guardian_lines. Outputs: facts.

insert into facts (kind, id, fact, "file", line, account_id)
select
    own.kind,
    own.id,
    'guardian',
    own."file",
    own.line,
    guardian.account_id
from own_rows as own
inner join guardian_lines as guardian on own.kind = 'student' and own.line = guardian.line
where guardian.account_id is not null;
