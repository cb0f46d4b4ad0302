-- The hash of a plan on these files, 32 hexadecimal digits: the same for the same changes in any order. Of what waits it is
-- for this drop alone, and only until another is delivered: a district may send the same bad files again, an operator may
-- take the drop again, and who approved it once was not asked then.
-- Inputs: planned.changes, landed.files, landed.drops; $upon: of what waits alone, the delivery that the drop came upon.

select
    md5(concat_ws(
        ':',
        (select string_agg(f."name" || ' ' || f.sha256, ',' order by f."name") from landed.files as f),
        (select concat_ws(' ', d.drop_id, $upon) from landed.drops as d where $upon is not null),
        count(*),
        coalesce(sum(md5_number_lower(concat_ws(
            chr(31), kind, id, "action", state, coalesce("before"::varchar, ''), coalesce("after"::varchar, '')
        ))::hugeint), 0)
    )) as plan_hash
from planned.changes
where state = 'held' or $upon is null;
