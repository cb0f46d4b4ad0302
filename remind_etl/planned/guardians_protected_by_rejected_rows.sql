-- A guardian stays if a row of students.csv was left out that has their email or phone. A phone is known by its last digits.
-- Grain: one row an account. Key: account_id.
-- Inputs: planned_steps.losing_accounts, platform_contact_points, valid_steps.students_left_out_contacts.
-- Outputs: planned_steps.protected_accounts.

insert into planned_steps.protected_accounts
with contacts as (
    select
        losing.account_id,
        contact.kind,
        if(contact.kind = 'email', contact."value", right(contact."value", 10)) as known_part
    from planned_steps.losing_accounts as losing
    inner join platform_contact_points as contact on losing.account_id = contact.account_id and contact.removed_at is null
    where losing.is_removed or losing.loses_guardian
)

select
    contact.account_id,
    'guardians_protected_by_rejected_rows' as rule,
    'rejected_row_has_contact' as reason_code,
    'students.csv' as "file",
    min(sent.line) as line
from contacts as contact
inner join valid_steps.students_left_out_contacts as sent
    on contact.kind = sent.kind and contact.known_part = sent.known_part
group by contact.account_id;
