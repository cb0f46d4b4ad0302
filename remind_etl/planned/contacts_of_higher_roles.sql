-- Claims are settled by role first: a contact point goes to an account that claims it in a higher role, although the account
-- that has it is protected. If that account would be removed otherwise, it stays without the contact point.
-- Grain: one row a contact point. Key: change_id.
-- Inputs: planned.contact_point_changes, planned_steps.protected_accounts, provisioned_steps.won_claims,
-- platform_accounts, platform_contact_points.
-- Outputs: planned_steps.contacts_of_higher_roles, planned.account_changes.

create table planned_steps.contacts_of_higher_roles as
select
    change.change_id,
    change.kind,
    change."value",
    change.old_account_id
from planned.contact_point_changes as change
inner join provisioned_steps.won_claims as claim on change."value" = claim."value"
inner join platform_accounts as former on change.old_account_id = former.account_id
where
    change."action" = 'update'
    and claim.role_rank < case
        when contains(former.roles, 'teacher') then 0
        when contains(former.roles, 'guardian') then 1
        else 2
    end;

update planned.account_changes
set
    "action" = 'update',
    new_roles = old_roles,
    new_teacher_id = old_teacher_id,
    new_student_id = old_student_id,
    new_first_name = old_first_name,
    new_last_name = old_last_name,
    new_email = left_over.email,
    new_phone = left_over.phone,
    new_dob = old_dob,
    new_grade = old_grade
from (
    select
        lost.old_account_id,
        min(contact."value") filter (where contact.kind = 'email') as email,
        min(contact."value") filter (where contact.kind = 'phone') as phone
    from (
        select distinct old_account_id
        from planned_steps.contacts_of_higher_roles
    ) as lost
    left join (
        from platform_contact_points
        anti join planned_steps.contacts_of_higher_roles using (kind, "value")
    ) as contact on lost.old_account_id = contact.account_id and contact.removed_at is null
    group by lost.old_account_id
) as left_over
where
    account_changes.account_id = left_over.old_account_id
    and account_changes."action" = 'remove'
    and account_changes.account_id in (select protected.account_id from planned_steps.protected_accounts as protected);
