-- What waits because the district is paused with additions and updates alone: all that takes something away, but an
-- owner's seat in a class that gets another. Inputs: planned.changes, lost_roles of waits_schools.sql.

update planned.changes
set state = 'paused', reason = 'the district is paused but for additions'
where
    state = 'go'
    and (
        ("action" = 'remove' and not (
            kind = 'class_memberships'
            and "before" ->> 'role' = 'owner'
            and "before" ->> 'class_id' in (
                select c.id
                from planned.changes as c
                where c.kind = 'classes' and c."action" = 'update'
            )
        ))
        or (kind = 'accounts' and id in (select l.account_id from lost_roles as l))
        or (
            kind = 'contact_points'
            and "action" = 'update'
            and "before" ->> 'account_id' in (select l.account_id from lost_roles as l)
        )
    );
