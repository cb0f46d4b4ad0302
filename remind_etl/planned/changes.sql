-- The changes of one kind of record: what should be against what was last delivered. Key: kind, id.
-- Inputs: $wanted and $delivered, the names of tables, the second with the platform's records, removed ones too; $key the
-- key columns, which both have in the same order; provisioned.linked.

insert into planned.changes
with wanted as (
    select
        concat_ws('/', *columns(lambda c: list_contains($key, c))) as id,
        w as record
    from query_table($wanted) as w
),

active as (
    select
        concat_ws('/', *columns(lambda c: list_contains($key, c))) as id,
        d as record
    from (select * exclude (removed_at) from query_table($delivered) where removed_at is null) as d
),

removed as (
    select concat_ws('/', *columns(lambda c: list_contains($key, c))) as id
    from query_table($delivered)
    where removed_at is not null
)

select
    $kind as kind,
    coalesce(w.id, a.id) as id,
    case
        when w.id is null then 'remove'
        when a.id is not null then 'update'
        when r.id is not null then 'revive'
        when l.account_id is not null then 'link'
        else 'create'
    end as "action",
    to_json(a.record) as "before",
    to_json(w.record) as "after",
    'go' as state,
    null as reason,
    null as school,
    null as waits_for
from wanted as w
full join active as a on w.id = a.id
left join removed as r on w.id = r.id
left join provisioned.linked as l on $kind = 'accounts' and w.id = l.account_id
where w.record is distinct from a.record;
