-- A guardian stays if a row at a school that waits to be linked has their email or phone.
-- Grain: one row an account. Key: account_id.
-- Inputs: valid.students, platform_contact_points, planned_steps.losing_accounts, planned_steps.waiting_schools.
-- Outputs: planned_steps.protected_accounts.

insert into planned_steps.protected_accounts
with waiting_contacts as (
    select
        student.line,
        unnest([student.guardian_email, student.guardian_phone]) as "value"
    from valid.students as student
    semi join planned_steps.waiting_schools as school on student.school_id = school.school_id
)

select
    losing.account_id,
    'guardians_protected_by_waiting_schools' as rule,
    'waiting_row_names_guardian' as reason_code,
    'students.csv' as "file",
    min(waiting.line) as line
from planned_steps.losing_accounts as losing
inner join platform_contact_points as contact on losing.account_id = contact.account_id and contact.removed_at is null
inner join waiting_contacts as waiting on contact."value" = waiting."value"
where losing.is_removed or losing.loses_guardian
group by losing.account_id;
