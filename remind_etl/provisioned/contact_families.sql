-- The family that has each shared email or phone: the one whose account has it, else the one of the first student. If three
-- families or more share it, and none of their accounts has it, then nobody gets it.
-- Inputs: provisioned_steps.shared_contacts, provisioned_steps.families_of_names, provisioned_steps.names_of_accounts,
-- provisioned.sent_contacts.
-- Outputs: provisioned_steps.contact_families, provisioned.placeholders.

-- Grain: one row an email or phone and name. Key: value, name_key.
create or replace table provisioned_steps.contact_families as
with ranked_families as (
    select
        family."value",
        family.family,
        min(coalesce(account.name_rank, 3)) as hold_rank,
        min(person.student_id) as first_student
    from provisioned_steps.families_of_names as family
    inner join provisioned_steps.shared_contacts as person
        on family."value" = person."value" and family.name_key = person.name_key
    left join provisioned_steps.names_of_accounts as account
        on family."value" = account."value" and family.name_key = account.name_key
    group by family."value", family.family
),

placed_families as (
    select
        *,
        row_number() over (partition by "value" order by hold_rank, first_student, family) as place,
        count(*) over (partition by "value") as families,
        min(hold_rank) over (partition by "value") as best_rank
    from ranked_families
)

select
    family."value",
    family.name_key,
    family.family,
    placed.place = 1 as has_value,
    placed.families >= 3 and placed.best_rank = 3 as is_placeholder
from provisioned_steps.families_of_names as family
inner join placed_families as placed on family."value" = placed."value" and family.family = placed.family;

-- A teacher's email or phone is the teacher's, so it is no placeholder of families.
insert into provisioned.placeholders
select
    sent."value",
    count(distinct nullif(provisioned.name_key(sent.first_name, sent.last_name), '')) as people,
    arg_min(sent."column", sent.line) as "column",
    min(sent.line) as line
from provisioned.sent_contacts as sent
semi join
    (from provisioned_steps.contact_families as family where family.is_placeholder) as shared
    on sent."value" = shared."value"
group by sent."value"
having bool_and(sent."file" = 'students.csv');
