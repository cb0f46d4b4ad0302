-- The family of each name that shares an email or phone. Two names are of one family if they are alike, or if they have a
-- student in common. The first name stands for the family. A family has few names: more than 20 names make a placeholder.
-- Grain: one row an email or phone and name. Key: value, name_key.
-- Inputs: provisioned_steps.shared_contacts. Outputs: provisioned_steps.families_of_names.

create or replace table provisioned_steps.families_of_names as
with recursive names as (
    select distinct
        "value",
        name_key,
        person_name
    from provisioned_steps.shared_contacts
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
    from provisioned_steps.shared_contacts as one
    inner join provisioned_steps.shared_contacts as other on one."value" = other."value" and one.student_id = other.student_id
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
