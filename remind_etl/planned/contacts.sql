-- A contact point that stays with an account, because it is kept or its removal waits, is not yet another account's: that
-- one goes without it. An account that has no other in its stead keeps naming it. Inputs: planned.changes, planned.kept,
-- platform_contact_points; $shape the columns of an account as JSON.

create or replace temp table staying as
select
    kind || '/' || "value" as id,
    account_id
from platform_contact_points
where
    removed_at is null
    and (
        kind || '/' || "value" in (select k.id from planned.kept as k where k.kind = 'contact_points')
        or kind || '/' || "value" in (
            select c.id
            from planned.changes as c
            where c.kind = 'contact_points' and c."action" in ('remove', 'update') and c.state != 'go'
        )
    );

update planned.changes
set
    "after" = to_json(struct_update(json_transform(changes."after", $shape), email := named.email, phone := named.phone))
from (
    select
        c.id,
        coalesce(
            case when e.id is null then c."after" ->> 'email' end,
            case when own_email.id is not null then c."before" ->> 'email' end
        ) as email,
        coalesce(
            case when p.id is null then c."after" ->> 'phone' end,
            case when own_phone.id is not null then c."before" ->> 'phone' end
        ) as phone
    from planned.changes as c
    left join staying as e on e.id = 'email/' || (c."after" ->> 'email') and c.id != e.account_id
    left join staying as p on p.id = 'phone/' || (c."after" ->> 'phone') and c.id != p.account_id
    left join staying as own_email on own_email.id = 'email/' || (c."before" ->> 'email') and c.id = own_email.account_id
    left join staying as own_phone on own_phone.id = 'phone/' || (c."before" ->> 'phone') and c.id = own_phone.account_id
    where
        c.kind = 'accounts'
        and c.state = 'go'
        and c."action" != 'remove'
        and coalesce(e.id, p.id, own_email.id, own_phone.id) is not null
) as named
where changes.kind = 'accounts' and changes.id = named.id;

delete from planned.changes
where kind = 'accounts' and "action" = 'update' and "before"::varchar = "after"::varchar;
