-- What an undoing cannot bring back yet, why, and the later deliveries that are the reason.
-- Grain: one row a kind and reason. Key: kind, reason. Inputs: planned_steps.left_records, planned.reasons. Outputs: none.

select
    left_record.kind,
    reason.sentence as reason,
    count(*) as records,
    list_sort(list(distinct left_record.later_delivery) filter (where left_record.later_delivery is not null)) as later
from planned_steps.left_records as left_record
inner join planned.reasons as reason using (reason_code)
group by all
order by left_record.kind, reason.sentence;
