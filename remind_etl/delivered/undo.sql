-- Leaves out what cannot be brought back, and brings the rest in line with what stays.
-- Grain: one row a change. Inputs: the typed tables of planned, filled by undone_of_kind.sql; platform_accounts,
-- platform_contact_points, platform_classes, platform_class_memberships.
-- Outputs: the same typed tables; planned_steps.accounts_there, planned_steps.contacts_there, planned_steps.classes_there.

-- An id of the files has one account.
update planned.account_changes as change
set state = 'left', reason_code = 'person_has_another_account'
from platform_accounts as other
anti join planned.account_changes as going on other.account_id = going.account_id and going.state = 'go'
where
    change.state = 'go'
    and other.removed_at is null
    and (change.new_teacher_id = other.teacher_id or change.new_student_id = other.student_id);

-- One row an account that is there afterwards. Key: account_id.
create table planned_steps.accounts_there as
select account_id
from platform_accounts
where removed_at is null
union
select account_id
from planned.account_changes
where state = 'go';

-- A contact point goes back only if the account that has it now is put back too, and did not have it then.
update planned.contact_point_changes as change
set state = 'left', reason_code = 'contact_point_of_another'
where
    state = 'go'
    and "action" = 'update'
    and not exists (
        from planned.account_changes as account
        where
            account.state = 'go'
            and account.account_id = change.old_account_id
            and if(change.kind = 'email', account.new_email, account.new_phone) is distinct from change."value"
    );

-- Nothing refers to an account that is not there.
update planned.contact_point_changes
set state = 'left', reason_code = 'account_removed'
where state = 'go' and new_account_id not in (from planned_steps.accounts_there);

update planned.school_member_changes
set state = 'left', reason_code = 'account_removed'
where state = 'go' and account_id not in (from planned_steps.accounts_there);

update planned.guardianship_changes
set state = 'left', reason_code = 'account_removed'
where
    state = 'go'
    and (
        guardian_account_id not in (from planned_steps.accounts_there)
        or student_account_id not in (from planned_steps.accounts_there)
    );

update planned.class_changes
set state = 'left', reason_code = 'account_removed'
where state = 'go' and new_owner_account_id not in (from planned_steps.accounts_there);

update planned.class_membership_changes
set state = 'left', reason_code = 'account_removed'
where state = 'go' and account_id not in (from planned_steps.accounts_there);

-- An account names no contact point that it does not have afterwards.
create table planned_steps.contacts_there as
select
    delivered.account_id,
    delivered.kind,
    delivered."value"
from platform_contact_points as delivered
anti join planned.contact_point_changes as going
    on delivered.kind = going.kind and delivered."value" = going."value" and going.state = 'go'
where delivered.removed_at is null
union all
select
    new_account_id,
    kind,
    "value"
from planned.contact_point_changes
where state = 'go';

update planned.account_changes
set new_email = null
where
    state = 'go'
    and (account_id, 'email', new_email) not in (
        select (there.account_id, there.kind, there."value")
        from planned_steps.contacts_there as there
    );

update planned.account_changes
set new_phone = null
where
    state = 'go'
    and (account_id, 'phone', new_phone) not in (
        select (there.account_id, there.kind, there."value")
        from planned_steps.contacts_there as there
    );
