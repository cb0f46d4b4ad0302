-- The hash of the held changes, which an approval names. It also names the drop and the delivery before it. So an approval
-- never covers the same bad files when they are sent again. Null without held changes.
-- Grain: one row. Inputs: planned.changes, landed.files, landed.drops. Outputs: none.
-- $previous_delivery: the newest delivery of another drop.

select
    md5(concat_ws(
        ':',
        (select string_agg(sent."name" || ' ' || sent.sha256, ',' order by sent."name") from landed.files as sent),
        (select concat_ws(' ', landed_drop.drop_id, $previous_delivery) from landed.drops as landed_drop),
        count(*),
        sum(md5_number_lower(concat_ws(
            chr(31), kind, id, "action", coalesce("before"::varchar, ''), coalesce("after"::varchar, '')
        ))::hugeint)
    )) as hold_hash
from planned.changes
where state = 'held'
having count(*) > 0;
