-- The changes of one kind that go to the platform, as records with their action. Key: the kind's key.
-- Inputs: planned.changes, $wanted (a table name); $key its key columns, $shape its columns as JSON.

select
    w.* exclude (id),
    c."action"
from (
    select
        concat_ws('/', *columns(lambda c: list_contains($key, c))) as id,
        t.*
    from query_table($wanted) as t
) as w
inner join planned.changes as c on w.id = c.id
where c.kind = $kind and c.state = 'go' and c."action" != 'remove'
union all by name
select
    unnest(json_transform("before", $shape)),
    "action"
from planned.changes
where kind = $kind and state = 'go' and "action" = 'remove';
