-- The family of each name that shares an email or phone. Two names are of one family if they have a student in common, or are
-- names of the account that has the value. They are also of one family if they are spellings of one name. The first name
-- stands for the family. A family has few names: more than 20 names make a placeholder. An email or phone that a teacher has
-- is no family's, so a student in common proves nothing there.
-- Inputs: provisioned_steps.shared_contacts, provisioned_steps.names_of_accounts, provisioned.sent_contacts.
-- Outputs: provisioned_steps.proven_families, provisioned_steps.families_of_names.

-- The names that a student or an account proves to be of one family, also through a third name.
-- Grain: one row an email or phone and name. Key: value, name_key.
create or replace table provisioned_steps.proven_families as
with recursive teachers_with_value as (
    from provisioned.sent_contacts
    where "file" = 'teachers.csv'
),

names_of_one_family as (
    select
        one."value",
        one.name_key,
        other.name_key as other_key
    from provisioned_steps.shared_contacts as one
    inner join provisioned_steps.shared_contacts as other on one."value" = other."value" and one.student_id = other.student_id
    anti join teachers_with_value as teacher on one."value" = teacher."value" and one.name_key != other.name_key
    union
    select
        one."value",
        one.name_key,
        other.name_key as other_key
    from provisioned_steps.names_of_accounts as one
    inner join provisioned_steps.names_of_accounts as other
        on one."value" = other."value" and one.account_id = other.account_id
    where one.name_rank < 2 and other.name_rank < 2
),

reached as (
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
group by "value", name_key;

-- Spellings join two families only if each of all that would be one has a spelling of each other's name. Else a chain of
-- names that are alike in pairs would make one person of strangers.
-- Grain: one row an email or phone and name. Key: value, name_key.
create or replace table provisioned_steps.families_of_names as
with recursive named_families as (
    select distinct
        family."value",
        family.family,
        person.person_name
    from provisioned_steps.proven_families as family
    inner join provisioned_steps.shared_contacts as person
        on family."value" = person."value" and family.name_key = person.name_key
),

like_families as (
    select distinct
        one."value",
        one.family,
        other.family as other_family
    from named_families as one
    inner join named_families as other on one."value" = other."value"
    where
        one.family = other.family
        or valid.is_one_name(
            one.person_name.first, one.person_name.last, other.person_name.first, other.person_name.last
        )
),

reached as (
    from like_families
    union
    select
        reached."value",
        reached.family,
        next.other_family
    from reached
    inner join like_families as next on reached."value" = next."value" and reached.other_family = next.family
),

joined_families as (
    select
        reached."value",
        reached.family,
        min(reached.other_family) as joined_family,
        bool_and(direct.family is not null) as has_each_name
    from reached
    left join like_families as direct
        on
            reached."value" = direct."value"
            and reached.family = direct.family
            and reached.other_family = direct.other_family
    group by reached."value", reached.family
)

select
    proven."value",
    proven.name_key,
    if(bool_and(joined.has_each_name) over same_joined, joined.joined_family, proven.family) as family
from provisioned_steps.proven_families as proven
inner join joined_families as joined on proven."value" = joined."value" and proven.family = joined.family
window same_joined as (partition by joined."value", joined.joined_family);
