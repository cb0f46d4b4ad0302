-- An email or phone stays with its guardian if only rows without a name mean the guardian today, and their cell for it is blank.
-- A row that lost the name may have lost the other cells too. A row with the guardian's name clears the email by a blank cell.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned.contact_point_changes, provisioned.account_rows, provisioned.contact_points, provisioned.person_identity,
-- provisioned.recognised_lines, provisioned_steps.student_lines, planned_steps.protected_changes.
-- Outputs: planned_steps.protected_changes.

insert into planned_steps.protected_changes
with nameless_guardians as (
    select
        account.account_id,
        min(line.line) as line
    from provisioned.recognised_lines as recognised
    inner join provisioned.account_rows as account on recognised.account_id = account.account_id
    inner join provisioned.person_identity as identity on account.person = identity.canonical_person
    inner join provisioned_steps.student_lines as line on identity.person = line.guardian
    where account.roles = 'guardian'
    group by account.account_id
    having bool_and(line.is_nameless)
)

select
    change.change_id,
    'contact_points_protected_by_nameless_rows' as rule,
    'row_without_name' as reason_code,
    'students.csv' as "file",
    guardian.line
from planned.contact_point_changes as change
inner join nameless_guardians as guardian on change.old_account_id = guardian.account_id
anti join provisioned.contact_points as other
    on change.old_account_id = other.account_id and change.kind = other.kind
anti join planned_steps.protected_changes as protected on change.change_id = protected.change_id
where change."action" = 'remove';
