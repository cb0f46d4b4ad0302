-- The delivered guardians whom a remaining row of their student still names, by name or by contact point. They are asked
-- for only if rows of people were left out, because matching needs every row.
-- Grain: one row a guardian and student. Key: guardian_account_id, student_id.
-- Inputs: platform_guardianships, platform_accounts, platform_contact_points, provisioned.named_guardians,
-- planned_steps.delivered_names, planned_steps.left_out_cells. Outputs: planned_steps.named_guardians.

create table planned_steps.named_guardians as
select distinct
    guardianship.guardian_account_id,
    guardianship.student_id
from platform_guardianships as guardianship
inner join planned_steps.delivered_names as guardian on guardianship.guardian_account_id = guardian.account_id
inner join platform_accounts as account on guardian.account_id = account.account_id
inner join provisioned.named_guardians as named
    on
        guardianship.student_id = named.student_id
        and guardian.name_key = named.name_key
where
    guardianship.removed_at is null
    and exists (from planned_steps.left_out_cells as cell where cell."file" in ('teachers.csv', 'students.csv'))
    and (
        named.name_key != ''
        or exists (
            from platform_contact_points as contact
            where
                contact.account_id = guardian.account_id
                and (contact.removed_at is null or contact.removed_at = account.removed_at)
                and contact."value" in (named.email, named.phone)
        )
    );
