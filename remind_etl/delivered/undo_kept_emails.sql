-- Finds emails that cannot go back: the teacher who has one now would have no email. Run again after these have fallen back,
-- because the account that misses such an email may be a teacher too.
-- Grain: one row a contact point. Key: kind, value.
-- Inputs: planned_steps.wished_accounts, planned_steps.wished_contact_points.
-- Outputs: planned_steps.wished_contact_points.

update planned_steps.wished_contact_points as contact
set reason_code = 'contact_point_of_another'
from planned_steps.wished_accounts as holder
where
    contact.kind = 'email'
    and contact.as_of is not null
    and contact.reason_code is null
    and contact.otherwise.account_id != contact.account_id
    and contact.otherwise.account_id = holder.account_id
    and holder.is_there
    and holder.teacher_id is not null
    and holder.account_id not in (
        select other.account_id
        from planned_steps.wished_contact_points as other
        where other.kind = 'email' and other.is_there
    );
