-- The guardians, with the first email and phone in byte order. The first line with a name gives the name. If lines give
-- several names, the delivered name stays while a line has it: first that of the account that has the contact point. The
-- first line of the guardian with that name gives its spelling, so that a plan after its delivery finds the same one. Lines
-- without a name give the delivered name, if no line has one.
-- Grain: one row a guardian. Key: person; guardian_id.
-- Inputs: provisioned_steps.student_lines, provisioned_steps.known_guardians, provisioned_steps.known_accounts,
-- provisioned_steps.telling_contacts, provisioned.recognised_lines, valid.students.
-- Outputs: provisioned_steps.guardians.

create or replace table provisioned_steps.guardians as
with lines_of_guardian as (
    select
        guardian as person,
        any_value(guardian_id) as guardian_id,
        coalesce(min(line) filter (where name_key != '' and not is_nameless), min(line) filter (where is_nameless))
            as named_on,
        min(hash(name_key)) filter (where name_key != '' and not is_nameless)
        != max(hash(name_key)) filter (where name_key != '' and not is_nameless) as is_named_twice,
        min(email) as email,
        max(email) as last_email,
        min(phone) as phone,
        max(phone) as last_phone
    from provisioned_steps.student_lines
    where guardian is not null
    group by guardian
),

lines_with_several_names as (
    select line.*
    from provisioned_steps.student_lines as line
    inner join lines_of_guardian as guardian on line.guardian = guardian.person
    where guardian.is_named_twice and line.name_key != '' and not line.is_nameless
),

delivered_names as (
    select
        line.guardian,
        line.name_key,
        {
            'rank': case contact."value" when line.email then 0 when line.phone then 1 else 2 end,
            'account_id': account.account_id,
            'line': line.line
        } as place
    from lines_with_several_names as line
    inner join provisioned_steps.known_guardians as known
        on line.student = known.student and line.name_key = known.name_key
    inner join provisioned_steps.known_accounts as account on known.known = account.known
    left join provisioned_steps.telling_contacts as contact
        on known.known = contact.known and contact."value" in (line.email, line.phone)
    where not known.is_removed
),

kept_names as (
    select
        guardian,
        arg_min(name_key, place) as name_key
    from delivered_names
    group by guardian
),

lines_with_kept_name as (
    select
        line.guardian,
        min(line.line) as line
    from lines_with_several_names as line
    inner join kept_names as kept on line.guardian = kept.guardian and line.name_key = kept.name_key
    group by line.guardian
)

select
    guardian.* exclude (named_on),
    coalesce(student.guardian_first_name, recognised.first_name) as first_name,
    coalesce(student.guardian_last_name, recognised.last_name) as last_name
from lines_of_guardian as guardian
left join lines_with_kept_name as kept on guardian.person = kept.guardian
left join valid.students as student on coalesce(kept.line, guardian.named_on) = student.line
left join provisioned.recognised_lines as recognised on student.line = recognised.line;
