-- A contact point that stays with an account, because it is kept or its removal waits, is not yet another account's: that
-- one goes without it. Inputs: planned.changes, planned.kept; $shape the columns of an account as JSON.

create or replace temp table staying as
select id
from planned.kept
where kind = 'contact_points'
union
select id
from planned.changes
where kind = 'contact_points' and state = 'held';

update planned.changes
set
    "after" = to_json(struct_update(
        json_transform("after", $shape),
        email := case when 'email/' || ("after" ->> 'email') not in (from staying) then "after" ->> 'email' end,
        phone := case when 'phone/' || ("after" ->> 'phone') not in (from staying) then "after" ->> 'phone' end
    ))
where
    kind = 'accounts'
    and ('email/' || ("after" ->> 'email') in (from staying) or 'phone/' || ("after" ->> 'phone') in (from staying));

delete from planned.changes
where kind = 'accounts' and "action" = 'update' and "before"::varchar = "after"::varchar;
