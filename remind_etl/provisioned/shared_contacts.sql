-- The emails and phones of guardians that have several names. Guardians whose row has neither keep the delivered ones.
-- Grain: one row an email or phone, name and student. Key: value, name_key, student_id.
-- Inputs: provisioned.sent_contacts, provisioned.kept_contacts, provisioned.student_rows, provisioned.placeholders.
-- Outputs: provisioned_steps.shared_contacts.

create or replace table provisioned_steps.shared_contacts as
with contacts_of_lines as (
    select
        line,
        "value"
    from provisioned.sent_contacts
    where "column" in ('guardian_email', 'guardian_phone') and "value" is not null
    union all
    select
        line,
        unnest([email, phone])
    from provisioned.kept_contacts
),

guardian_contacts as (
    select
        contact."value",
        student.student_id,
        provisioned.name_key(student.guardian_first_name, student.guardian_last_name) as name_key,
        student.guardian_first_name as first_name,
        student.guardian_last_name as last_name
    from contacts_of_lines as contact
    inner join provisioned.student_rows as student on contact.line = student.line
    anti join provisioned.placeholders as placeholder on contact."value" = placeholder."value"
),

values_of_several_names as (
    select "value"
    from guardian_contacts
    where name_key != ''
    group by "value"
    having min(hash(name_key)) != max(hash(name_key))
)

select distinct
    contact."value",
    contact.name_key,
    contact.student_id,
    min({ 'first': contact.first_name, 'last': contact.last_name }) over same_name as person_name
from guardian_contacts as contact
semi join values_of_several_names as several on contact."value" = several."value"
where contact.name_key != ''
window same_name as (partition by contact."value", contact.name_key);
