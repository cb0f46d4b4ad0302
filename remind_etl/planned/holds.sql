-- Removals that wait for a person. Inputs: planned.changes, planned.held_kinds (kind, removals, delivered, is_approved).

-- One row an account whose removal waits.
create or replace temp table waiting_accounts as
select c.id as account_id
from planned.changes as c
inner join planned.holds as h
    on h.kind = case
        when c."before" ->> 'teacher_id' is not null then 'teachers'
        when contains(c."before" ->> 'roles', 'guardian') then 'guardians'
        else 'students'
    end
where c.kind = 'accounts' and c."action" = 'remove' and not h.is_approved;

create or replace temp table waiting_classes as
select c.id as class_id
from planned.changes as c
inner join planned.holds as h on h.kind = 'classes'
where c.kind = 'classes' and c."action" = 'remove' and not h.is_approved;

update planned.changes
set state = 'held', reason = 'more are removed at once than the district allows'
where
    "action" = 'remove'
    and (
        coalesce("before" ->> 'account_id', "before" ->> 'guardian_account_id', '')
        in (select w.account_id from waiting_accounts as w)
        or coalesce("before" ->> 'student_account_id', '') in (select w.account_id from waiting_accounts as w)
        or (kind in ('classes', 'class_seats') and "before" ->> 'class_id' in (select w.class_id from waiting_classes as w))
        or (
            kind = 'class_seats'
            and exists (from planned.holds as h where h.kind = 'class members' and not h.is_approved)
        )
    );

-- A contact point stays with the account that waits.
update planned.changes
set state = 'held', reason = 'it is held by an account whose removal waits'
where
    kind = 'contact_points'
    and "action" = 'update'
    and "before" ->> 'account_id' in (select w.account_id from waiting_accounts as w);
