-- Guardians of different names may share an email or phone. They are of one family if their names are alike, or if they
-- have a student in common. Each email and phone belongs to one family: to the one whose account has it, else to the one
-- of the first student. If three families or more share it, and no account of theirs has it, then nobody gets it.
-- Inputs: provisioned.sent_contacts, provisioned.kept_contacts, provisioned.student_rows, provisioned.placeholders,
-- provisioned_steps.known_accounts, provisioned_steps.known_contacts, platform_guardianships.
-- Outputs: provisioned_steps.contact_families, provisioned.placeholders.

-- Grain: one row an email or phone and name. Key: value, name_key.
create or replace table provisioned_steps.contact_families as
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
),

named_contacts as (
    select distinct
        contact."value",
        contact.name_key,
        contact.student_id,
        min({ 'first': contact.first_name, 'last': contact.last_name }) over same_name as person_name
    from guardian_contacts as contact
    semi join values_of_several_names as several on contact."value" = several."value"
    where contact.name_key != ''
    window same_name as (partition by contact."value", contact.name_key)
),

names as (
    select distinct
        "value",
        name_key,
        person_name
    from named_contacts
),

names_of_one_family as (
    select
        one."value",
        one.name_key,
        other.name_key as other_key
    from names as one
    inner join names as other on one."value" = other."value"
    where valid.is_like(one.person_name.first, one.person_name.last, other.person_name.first, other.person_name.last)
    union
    select
        one."value",
        one.name_key,
        other.name_key as other_key
    from named_contacts as one
    inner join named_contacts as other on one."value" = other."value" and one.student_id = other.student_id
),

-- A family has few names: more than 20 names make a placeholder before.
families as (
    with recursive reached as (
        from names_of_one_family
        union
        select
            reached."value",
            reached.name_key,
            next.other_key
        from reached
        inner join names_of_one_family as next on reached."value" = next."value" and reached.other_key = next.name_key
    )

    select
        "value",
        name_key,
        min(other_key) as family
    from reached
    group by "value", name_key
),

accounts_with_value as (
    select
        contact."value",
        account.account_id,
        account.first_name,
        account.last_name
    from provisioned_steps.known_contacts as contact
    inner join provisioned_steps.known_accounts as account on contact.known = account.known
    semi join values_of_several_names as several on contact."value" = several."value"
    where account.removed_at is null
),

-- 0: the account that has it has a name of the family. 1: it is of a guardian of the family's student. 2: neither.
ranked_families as (
    select
        family."value",
        family.family,
        min(
            case
                when account.account_id is null then 2
                when
                    valid.is_like(
                        person.person_name.first, person.person_name.last, account.first_name, account.last_name
                    )
                    then 0
                when guardianship.student_id is not null then 1
                else 2
            end
        ) as hold_rank,
        min(person.student_id) as first_student
    from families as family
    inner join named_contacts as person on family."value" = person."value" and family.name_key = person.name_key
    left join accounts_with_value as account on family."value" = account."value"
    left join platform_guardianships as guardianship
        on
            account.account_id = guardianship.guardian_account_id
            and person.student_id = guardianship.student_id
            and guardianship.removed_at is null
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
    placed.families >= 3 and placed.best_rank = 2 as is_placeholder
from families as family
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
