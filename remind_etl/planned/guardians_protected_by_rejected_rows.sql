-- A guardian stays if a row of students.csv was left out that has their email or phone. A phone is known by its last digits.
-- Grain: one row an account. Key: account_id.
-- Inputs: planned_steps.losing_accounts, platform_contact_points, raw.rejects, raw.students, valid.left_out.
-- Outputs: planned_steps.protected_accounts.

insert into planned_steps.protected_accounts
with left_out_lines as (
    select distinct line
    from valid.left_out
    where "file" = 'students.csv'
),

cells as (
    select
        line,
        unnest(cells) as cell
    from raw.rejects
    where "file" = 'students.csv'
    union all
    select
        student.line,
        unnest([student.guardian_email, student.guardian_phone])
    from raw.students as student
    semi join left_out_lines as left_out on student.line = left_out.line
),

known_parts as (
    select
        line,
        'email' as kind,
        lower(trim(cell)) as known_part
    from cells
    union all
    select
        line,
        'phone',
        right(regexp_replace(cell, '[^0-9]', '', 'g'), 10)
    from cells
),

contacts as (
    select
        losing.account_id,
        contact.kind,
        if(contact.kind = 'email', contact."value", right(contact."value", 10)) as known_part
    from planned_steps.losing_accounts as losing
    inner join platform_contact_points as contact on losing.account_id = contact.account_id and contact.removed_at is null
)

select
    contact.account_id,
    'guardians_protected_by_rejected_rows' as rule,
    'rejected_row_has_contact' as reason_code,
    'students.csv' as "file",
    min(cell.line) as line
from contacts as contact
inner join known_parts as cell on contact.kind = cell.kind and contact.known_part = cell.known_part
group by contact.account_id;
