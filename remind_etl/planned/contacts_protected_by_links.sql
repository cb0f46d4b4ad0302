-- A linked account does not get a new email or phone of this district by itself. So it keeps the delivered one.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned.contact_point_changes, provisioned.withheld_contacts. Outputs: planned_steps.protected_changes.

insert into planned_steps.protected_changes
select
    change_id,
    'contacts_protected_by_links' as rule,
    'contact_not_added' as reason_code,
    null as "file",
    null::bigint as line
from planned.contact_point_changes
where
    "action" = 'remove'
    and (old_account_id, kind) in (
        select (withheld.account_id, withheld.kind)
        from provisioned.withheld_contacts as withheld
    );
