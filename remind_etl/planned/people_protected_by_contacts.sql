-- A teacher or student stays if their email or phone stands in a row of their file that was left out, and no delivered id
-- does: the id and the name in it cannot be read, or are written otherwise. A phone is known by its last digits.
-- Grain: one row an account and file. Key: account_id, file.
-- Inputs: planned_steps.losing_accounts, planned_steps.delivered_people, planned_steps.unnamed_cells,
-- platform_contact_points, valid_steps.teachers_left_out_contacts, valid_steps.students_left_out_contacts.
-- Outputs: planned_steps.protected_accounts.

insert into planned_steps.protected_accounts
with sent as (
    select
        'teachers.csv' as "file",
        *
    from valid_steps.teachers_left_out_contacts
    union all
    select
        'students.csv',
        *
    from valid_steps.students_left_out_contacts
),

unnamed_contacts as (
    select sent.*
    from sent
    semi join planned_steps.unnamed_cells as unnamed on sent."file" = unnamed."file" and sent.line = unnamed.line
),

contacts as (
    select
        person.account_id,
        person."file",
        contact.kind,
        if(contact.kind = 'email', contact."value", right(contact."value", 10)) as known_part
    from planned_steps.losing_accounts as losing
    inner join planned_steps.delivered_people as person on losing.account_id = person.account_id
    inner join platform_contact_points as contact on losing.account_id = contact.account_id and contact.removed_at is null
)

select
    contact.account_id,
    'people_protected_by_contacts' as rule,
    'row_rejected' as reason_code,
    contact."file",
    min(sent.line) as line
from contacts as contact
inner join unnamed_contacts as sent
    on contact."file" = sent."file" and contact.kind = sent.kind and contact.known_part = sent.known_part
group by contact.account_id, contact."file";
