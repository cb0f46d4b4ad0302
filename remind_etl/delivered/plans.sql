-- The plans of the district's newest drops, as each was at first: what a later run of a drop finds is what the first left.
-- `plans_before` has those that were published last.
-- Grain: one row a kind of removals; one without a kind if a plan has no removals. Key: drop_id, hold_hash, kind.
-- Inputs: plans_before, report_plan. Outputs: none.

with plans_of_drops as (
    from plans_before
    union all by name
    from report_plan
)

select
    drop_id,
    hold_hash,
    kind,
    max(records) as records,
    arg_max(delivered, records) as delivered,
    bool_or(is_held) as is_held,
    bool_or(is_approved) as is_approved
from plans_of_drops
where drop_id in (select distinct newest.drop_id from plans_of_drops as newest order by newest.drop_id desc limit 400)
group by drop_id, hold_hash, kind
order by drop_id, kind, hold_hash;
