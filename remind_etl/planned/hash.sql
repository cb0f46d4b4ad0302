-- The hash of a plan: 32 hexadecimal digits, the same for the same changes in any order.
-- The hash of held changes also names the drop and the delivery before it. So an approval never covers the same bad files
-- when they are sent again.
-- Inputs: planned.changes, landed.files, landed.drops. $previous_delivery: for held changes alone, the newest delivery of
-- another drop; null for the whole plan.

select
    md5(concat_ws(
        ':',
        (select string_agg(f."name" || ' ' || f.sha256, ',' order by f."name") from landed.files as f),
        (select concat_ws(' ', d.drop_id, $previous_delivery) from landed.drops as d where $previous_delivery is not null),
        count(*),
        coalesce(sum(md5_number_lower(concat_ws(
            chr(31), kind, id, "action", state, coalesce("before"::varchar, ''), coalesce("after"::varchar, '')
        ))::hugeint), 0)
    )) as plan_hash
from planned.changes
where state = 'held' or $previous_delivery is null;
