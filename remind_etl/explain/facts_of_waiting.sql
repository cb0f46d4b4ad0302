-- Records of which nothing is made, because all their schools wait or are ignored. Inputs: own_rows, waiting_schools.
-- Outputs: facts.

insert into facts by name
select
    own.kind,
    own.id,
    if(max(waiting.reason_code) = 'school_waits', 'waits', 'ignored') as fact,
    string_agg(distinct own.school_id, ', ' order by own.school_id) as school_id
from own_rows as own
left join waiting_schools as waiting on own.school_id = waiting.school_id
where own.is_taken and own.kind != 'school'
group by own.kind, own.id
having count(waiting.school_id) = count(*);
