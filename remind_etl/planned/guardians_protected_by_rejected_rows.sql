-- A guardian stays if a row of students.csv was left out that has their email or phone, or their first and last name. A phone
-- is known by its last digits.
-- Grain: one row an account and reason. Key: account_id, reason_code.
-- Inputs: planned_steps.losing_accounts, planned_steps.delivered_names, planned_steps.rejected_tokens,
-- platform_contact_points, platform_accounts, valid_steps.students_left_out_contacts.
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
),

tokens as (
    select
        line,
        valid.name_key(cell) as name_key
    from planned_steps.rejected_tokens
    where "file" = 'students.csv'
),

guardians as (
    select
        losing.account_id,
        valid.name_key(guardian.first_name) as first_name,
        valid.name_key(guardian.last_name) as last_name
    from planned_steps.losing_accounts as losing
    inner join planned_steps.delivered_names as guardian on losing.account_id = guardian.account_id
    inner join platform_accounts as account on losing.account_id = account.account_id
    where (losing.is_removed or losing.loses_guardian) and contains(account.roles, 'guardian')
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
group by contact.account_id
union all
select
    guardian.account_id,
    'guardians_protected_by_rejected_rows',
    'row_rejected',
    'students.csv',
    min(first_name.line)
from guardians as guardian
inner join tokens as first_name on guardian.first_name = first_name.name_key
inner join tokens as last_name on first_name.line = last_name.line and guardian.last_name = last_name.name_key
where guardian.first_name != '' and guardian.last_name != ''
group by guardian.account_id;
