-- Guardians of the files who are one person with others by student and name, with the first of them. Their contact
-- changed in the rows of some students and not yet of others.
-- Grain: one row a guardian. Key: person.
-- Inputs: provisioned_steps.guardian_matches. Outputs: provisioned_steps.regrouped_guardians.

create or replace table provisioned_steps.regrouped_guardians as
with present_matches as (
    select
        person,
        known
    from provisioned_steps.guardian_matches
    where not is_removed
),

accounts_of_several_guardians as (
    select known
    from present_matches
    group by known
    having min(person) != max(person)
),

guardians_who_share_an_account as (
    select matched.person
    from provisioned_steps.guardian_matches as matched
    semi join accounts_of_several_guardians as shared on matched.known = shared.known
),

guardians_of_one_account as (
    select
        person,
        min(known) as known
    from present_matches
    where person in (from guardians_who_share_an_account)
    group by person
    having count(distinct known) = 1
)

select
    guardian.person,
    min(guardian.person) over (partition by guardian.known) as first_person
from guardians_of_one_account as guardian
semi join accounts_of_several_guardians as shared on guardian.known = shared.known;
