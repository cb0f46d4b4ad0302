-- An email or phone stays with its account if today's cell for it cannot be read. Only a blank cell takes it away, or an
-- account that claims it in a higher role, or that its account is removed on purpose.
-- A guardian has no id, so the row means the delivered guardians of its student with its name, or without any name.
-- Grain: one row a change. Key: change_id.
-- Inputs: valid.unreadable_values, valid.students, planned.contact_point_changes, platform_accounts,
-- platform_guardianships, planned_steps.delivered_names, planned_steps.contacts_of_higher_roles,
-- planned_steps.losing_accounts, planned_steps.protected_changes.
-- Outputs: planned_steps.protected_changes.

insert into planned_steps.protected_changes
with cells_of_people as (
    select
        account.account_id,
        cell.kind,
        cell."file",
        cell.line
    from valid.unreadable_values as cell
    inner join platform_accounts as account on cell.student_id = account.student_id
    where not cell.is_guardian
    union all
    select
        account.account_id,
        cell.kind,
        cell."file",
        cell.line
    from valid.unreadable_values as cell
    inner join platform_accounts as account on cell.teacher_id = account.teacher_id
    where not cell.is_guardian
),

cells_of_guardians as (
    select
        guardian.account_id,
        cell.kind,
        cell."file",
        cell.line
    from valid.unreadable_values as cell
    inner join valid.students as student on cell.line = student.line
    inner join platform_guardianships as guardianship
        on cell.student_id = guardianship.student_id and guardianship.removed_at is null
    inner join planned_steps.delivered_names as guardian on guardianship.guardian_account_id = guardian.account_id
    where
        cell.is_guardian
        and provisioned.name_key(student.guardian_first_name, student.guardian_last_name)
        in ('', guardian.name_key)
),

unreadable_cells as (
    from cells_of_people
    union all
    from cells_of_guardians
),

removed_accounts as (
    select losing.account_id
    from planned_steps.losing_accounts as losing
    anti join planned_steps.protected_changes as protected on losing.change_id = protected.change_id
    where losing.is_removed
)

select
    change.change_id,
    'contact_points_protected_by_unreadable_values' as rule,
    'value_unreadable' as reason_code,
    any_value(cell."file") as "file",
    min(cell.line) as line
from planned.contact_point_changes as change
inner join unreadable_cells as cell on change.old_account_id = cell.account_id and change.kind = cell.kind
anti join planned_steps.contacts_of_higher_roles as higher on change.change_id = higher.change_id
anti join removed_accounts as removed on change.old_account_id = removed.account_id
where change."action" in ('remove', 'update')
group by change.change_id;
