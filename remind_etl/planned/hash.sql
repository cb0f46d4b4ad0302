-- The plan's hash: the same for the same set of changes in any order, 32 hexadecimal digits.

select md5(count(*) || ':' || coalesce(sum(md5_number_lower(concat_ws(
    chr(31), kind, id, "action", coalesce("before"::varchar, ''), coalesce("after"::varchar, '')
))::hugeint), 0)) as plan_hash
from planned.changes;
