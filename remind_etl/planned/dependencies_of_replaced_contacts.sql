-- While an email or phone waits that an account would get, the ones of the same kind that the account would lose wait too.
-- Else the account is without any until a person decides.
-- Grain: one row a change and a change on which it depends. Key: change_id, on_change_id.
-- Inputs: planned.contact_point_changes. Outputs: planned_steps.dependencies.

insert into planned_steps.dependencies
select
    removal.change_id,
    replacement.change_id as on_change_id,
    false as is_part,
    'new_contact_point_waits' as reason_code
from planned.contact_point_changes as removal
inner join planned.contact_point_changes as replacement
    on removal.old_account_id = replacement.new_account_id and removal.kind = replacement.kind
where removal."action" = 'remove' and replacement."action" != 'remove';
