-- The hash of an undoing: 32 hexadecimal digits.
-- Grain: one row. Inputs: planned.changes. $first and $last: the deliveries that are undone; $base: the newest one.
-- Outputs: none.

select
    md5(concat_ws(
        ':',
        'undo',
        $first,
        $last,
        $base,
        count(*),
        coalesce(sum(md5_number_lower(concat_ws(
            chr(31), kind, id, "action", coalesce("before"::varchar, ''), coalesce("after"::varchar, '')
        ))::hugeint), 0)
    )) as plan_hash
from planned.changes
where state = 'go';
