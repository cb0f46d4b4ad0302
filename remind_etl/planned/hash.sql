-- The hash of a plan on these files, 32 hexadecimal digits: the same for the same changes in any order. Of what waits it is
-- for this drop alone: a district may send the same bad files again, and who approved them once was not asked then.
-- Inputs: planned.changes, landed.files, landed.drops; $only_held: of what waits alone.

select
    md5(concat_ws(
        ':',
        (select string_agg(f."name" || ' ' || f.sha256, ',' order by f."name") from landed.files as f),
        (select d.drop_id from landed.drops as d where $only_held),
        count(*),
        coalesce(sum(md5_number_lower(concat_ws(
            chr(31), kind, id, "action", state, coalesce("before"::varchar, ''), coalesce("after"::varchar, '')
        ))::hugeint), 0)
    )) as plan_hash
from planned.changes
where state = 'held' or not $only_held;
