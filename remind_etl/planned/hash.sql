-- The hash of a plan on these files, 32 hexadecimal digits: the same for the same changes in any order.
-- Inputs: planned.changes, landed.files; $only_held: of what waits alone.

select
    md5(concat_ws(
        ':',
        (select string_agg(f."name" || ' ' || f.sha256, ',' order by f."name") from landed.files as f),
        count(*),
        coalesce(sum(md5_number_lower(concat_ws(
            chr(31), kind, id, "action", state, coalesce("before"::varchar, ''), coalesce("after"::varchar, '')
        ))::hugeint), 0)
    )) as plan_hash
from planned.changes
where state = 'held' or not $only_held;
