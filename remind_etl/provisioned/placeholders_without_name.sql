-- Emails and phones that guardians without a name have at students of three families or more. Students are of one family if
-- their last names agree. Without a name, nothing else says that these guardians are one person. Nobody gets such a value,
-- unless it is a teacher's, or an account has it.
-- Inputs: provisioned.student_rows, provisioned.sent_contacts, provisioned_steps.known_contacts, provisioned.placeholders.
-- Outputs: provisioned_steps.families_without_name, provisioned.placeholders.

-- Grain: one row an email or phone and last name of a student. Key: value, last_name.
create or replace table provisioned_steps.families_without_name as
with contacts_without_name as (
    select
        unnest([guardian_email, guardian_phone]) as "value",
        unnest(['guardian_email', 'guardian_phone']) as "column",
        line,
        last_name
    from provisioned.student_rows
    where guardian_first_name is null and guardian_last_name is null
)

select
    "value",
    last_name,
    min(line) as line,
    arg_min("column", line) as "column"
from contacts_without_name
where "value" is not null
group by "value", last_name
qualify count(*) over (partition by "value") >= 3;

insert into provisioned.placeholders
with first_names_of_families as (
    select family.*
    from provisioned_steps.families_without_name as family
    anti join provisioned_steps.families_without_name as earlier
        on
            family."value" = earlier."value"
            and family.last_name > earlier.last_name
            and valid.shares_name(family.last_name, earlier.last_name)
)

select
    family."value",
    count(*) as people,
    arg_min(family."column", family.line) as "column",
    min(family.line) as line
from first_names_of_families as family
anti join provisioned.placeholders as placeholder on family."value" = placeholder."value"
anti join provisioned_steps.known_contacts as known on family."value" = known."value"
anti join
    (from provisioned.sent_contacts as sent where sent."file" = 'teachers.csv') as of_teacher
    on family."value" = of_teacher."value"
group by family."value"
having count(*) >= 3;
