-- One look-up of what is so of the subjects, as look_ups.py names it. Inputs: subjects, ${table}. Outputs: facts.

insert into facts by name
select
    subject.kind,
    subject.id,
    '${fact}' as fact,
    ${columns}
from subjects as subject
inner join (from ${table}) as found on ${condition}
group by all;
