-- Matches in which several guardians or accounts stand for one student and name, as a father and a son may.
-- Grain: one row a student, guardian and account. Key: student, person, known.
-- Inputs: provisioned_steps.guardian_matches. Outputs: provisioned_steps.namesakes.

create or replace table provisioned_steps.namesakes as
with accounts_of_several_guardians as (
    select known
    from provisioned_steps.guardian_matches
    group by known
    having min(person) != max(person)
),

guardians_of_several_accounts as (
    select person
    from provisioned_steps.guardian_matches
    group by person
    having min(known) != max(known)
),

suspects as (
    from provisioned_steps.guardian_matches
    where known in (from accounts_of_several_guardians) or person in (from guardians_of_several_accounts)
)

select distinct
    student,
    person,
    known,
    is_removed
from suspects
qualify
    min(person) over (partition by student, known) != max(person) over (partition by student, known)
    or min(known) over (partition by student, person) != max(known) over (partition by student, person);
