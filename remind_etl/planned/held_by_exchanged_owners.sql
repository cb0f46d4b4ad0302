-- Hold `class members`, whatever the limits of removals: least_exchanging teachers or more give up classes and get others, as
-- many as they had. A column of teachers that was sorted alone looks so. The class waits, and with it the memberships of both.
-- Grain: one row a change. Key: hold, change_id. Inputs: planned.class_changes. Outputs: planned.waits.

insert into planned.waits
with passed_classes as (
    select
        change_id,
        old_owner_account_id,
        new_owner_account_id
    from planned.class_changes
    where "action" = 'update' and old_owner_account_id != new_owner_account_id
),

exchanging_teachers as (
    select account_id
    from (
        from passed_classes unpivot (account_id for side in (old_owner_account_id, new_owner_account_id))
    )
    group by account_id
    having 2 * count_if(side = 'old_owner_account_id') = count(*)
)

select
    'class members' as hold,
    class.change_id,
    'places_exchanged' as reason_code
from passed_classes as class
semi join exchanging_teachers as former on class.old_owner_account_id = former.account_id
semi join exchanging_teachers as next_one on class.new_owner_account_id = next_one.account_id
where (select count(*) from exchanging_teachers) >= $least_exchanging
on conflict do nothing;
