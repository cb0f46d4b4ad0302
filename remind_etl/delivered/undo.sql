-- What brings back what a delivery took away or changed, as changes like those of a plan: state `go`, or `left` with the
-- reason. Inputs: undone (what the delivery changed), changed_since (kind, id of what later ones changed), platform_<kind>
-- (its records, removed ones too); the variables removals_only, and shape: the columns of an account as JSON.

create schema planned;

-- A contact point that moved is among them always, so that it is counted where it stays with its new account.
-- Key: kind, id.
create table planned.changes as
with later as (
    select distinct
        kind,
        id
    from changed_since
)

select
    u.kind,
    u.id,
    if(u."action" = 'remove', 'revive', 'update') as "action",
    u."after"::json as "before",
    u."before"::json as "after",
    if(l.id is null, 'go', 'left') as state,
    if(l.id is null, null, 'a later delivery changed it again') as reason
from undone as u
left join later as l on u.kind = l.kind and u.id = l.id
where u."action" = 'remove' or (u."action" = 'update' and (u.kind = 'contact_points' or not getvariable('removals_only')));

-- An id of the files has one account.
update planned.changes as c
set state = 'left', reason = 'its teacher or student has another account by now'
from platform_accounts as a
where
    c.kind = 'accounts'
    and c.state = 'go'
    and a.removed_at is null
    and (c."after" ->> 'teacher_id' = a.teacher_id or c."after" ->> 'student_id' = a.student_id)
    and a.account_id not in (select g.id from planned.changes as g where g.kind = 'accounts' and g.state = 'go');

-- One row an account that is there afterwards. Key: account_id.
create temp table there as
select account_id
from platform_accounts
where removed_at is null
union
select id
from planned.changes
where kind = 'accounts' and state = 'go';

-- A contact point goes back only where the account that has it now is put back too, and had it not.
update planned.changes as c
set state = 'left', reason = 'it belongs to another account by now'
where
    c.kind = 'contact_points'
    and c.state = 'go'
    and c."action" = 'update'
    and not exists (
        from planned.changes as a
        where
            a.kind = 'accounts'
            and a.state = 'go'
            and a.id = c."before" ->> 'account_id'
            and (a."after" ->> (c."before" ->> 'kind')) is distinct from c."before" ->> 'value'
    );

update planned.changes
set state = 'left', reason = 'its account is removed'
where
    state = 'go'
    and kind != 'accounts'
    and (
        "after" ->> 'account_id' not in (from there)
        or "after" ->> 'guardian_account_id' not in (from there)
        or "after" ->> 'student_account_id' not in (from there)
        or "after" ->> 'owner_account_id' not in (from there)
    );

-- An account names no contact point that it does not have afterwards.
create temp table has as
select
    account_id,
    kind,
    "value"
from platform_contact_points
where
    removed_at is null
    and kind || '/' || "value" not in (select c.id from planned.changes as c where c.kind = 'contact_points' and c.state = 'go')
union all
select
    "after" ->> 'account_id',
    "after" ->> 'kind',
    "after" ->> 'value'
from planned.changes
where kind = 'contact_points' and state = 'go';

update planned.changes as c
set
    "after" = to_json(struct_update(
        json_transform(c."after", getvariable('shape')),
        email := (
            select any_value(h."value")
            from has as h
            where h.account_id = c.id and h.kind = 'email' and h."value" = c."after" ->> 'email'
        ),
        phone := (
            select any_value(h."value")
            from has as h
            where h.account_id = c.id and h.kind = 'phone' and h."value" = c."after" ->> 'phone'
        )
    ))
where c.kind = 'accounts' and c.state = 'go';

-- One row a class that is there afterwards, with its owner. Key: class_id.
create temp table classes_there as
select
    class_id,
    owner_account_id
from platform_classes
where
    removed_at is null
    and class_id not in (select c.id from planned.changes as c where c.kind = 'classes' and c.state = 'go')
union all
select
    id,
    "after" ->> 'owner_account_id'
from planned.changes
where kind = 'classes' and state = 'go';

update planned.changes
set state = 'left', reason = 'its class is removed, or has another owner'
where
    kind = 'class_memberships'
    and state = 'go'
    and not exists (
        from classes_there as t
        where
            t.class_id = "after" ->> 'class_id'
            and ("after" ->> 'role' != 'owner' or t.owner_account_id = "after" ->> 'account_id')
    );

-- A class that gets its owner back loses the seat of the one it has now.
insert into planned.changes
select
    'class_memberships',
    concat_ws('/', s.class_id, s.account_id, s."role"),
    'remove',
    to_json(s),
    null,
    'go',
    null
from (select * exclude (removed_at) from platform_class_memberships where removed_at is null) as s
inner join classes_there as t on s.class_id = t.class_id and s.account_id != t.owner_account_id
where s."role" = 'owner';

delete from planned.changes
where "action" = 'update' and "before"::varchar = "after"::varchar;
