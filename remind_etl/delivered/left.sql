-- What an undoing leaves as it is.
-- Grain: one row a kind and reason. Key: kind, reason. Inputs: planned.changes of undo.sql.

select
    kind,
    reason,
    count(*) as records
from planned.changes
where state = 'left'
group by kind, reason
order by kind, reason;
