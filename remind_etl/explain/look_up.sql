-- One look-up of what is so of the subjects, as look_ups.py names it. Inputs: subjects, ${table}. Outputs: facts.

insert into facts (kind, id, fact, ${names})
select
    subject.kind,
    subject.id,
    '${fact}',
    ${columns}
from subjects as subject
inner join ${table} as found on ${condition} -- noqa: AL05
group by subject.kind, subject.id, ${grain};
