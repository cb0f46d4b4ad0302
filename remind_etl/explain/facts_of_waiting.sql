-- Records of which nothing is made, because all their schools wait or are ignored. Inputs: own_rows, waiting_schools.
-- Outputs: facts.

insert into facts (kind, id, fact, school_id)
with at_schools as (
    select distinct
        kind,
        id,
        school_id
    from own_rows
    where is_taken and kind != 'school'
    order by school_id asc
)

select
    own.kind,
    own.id,
    case max(waiting.reason_code) when 'school_waits' then 'waits' else 'ignored' end,
    group_concat(own.school_id, ', ')
from at_schools as own
left join waiting_schools as waiting on own.school_id = waiting.school_id
group by own.kind, own.id
having count(waiting.school_id) = count(*);
