-- If a person loses places in classes and gets others, this is one change: while the loss waits, so do the new places. Else a
-- column of people that was sorted alone would put strangers into classes before a person has looked.
-- Grain: one row a change. Key: hold, change_id. Inputs: planned.class_membership_changes, planned.waits.
-- Outputs: planned.waits.

insert into planned.waits
with lost_memberships as (
    select membership.account_id
    from planned.class_membership_changes as membership
    semi join planned.waits as waiting
        on membership.change_id = waiting.change_id and waiting.hold = 'class members'
    where membership."action" = 'remove'
)

select
    'class members' as hold,
    added.change_id,
    'replaced_membership_held' as reason_code
from planned.class_membership_changes as added
semi join lost_memberships as lost on added.account_id = lost.account_id
where added."action" in ('create', 'revive') and added."role" != 'owner'
on conflict do nothing;
