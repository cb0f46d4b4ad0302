-- The persons who are linked to an account that the platform holds outside of the district. A person is linked only if all
-- of this is true:
-- - the account has the person's email, and its owner proved to the platform that the email is theirs;
-- - the account has the person's name;
-- - the person is new in the district, and neither the person nor the account is a student;
-- - the account has no higher role than the person;
-- - no other account fits the person, and no other person fits the account;
-- - nobody took back a link of the district to this account.
-- Inputs: held_elsewhere, taken_back, provisioned_steps.persons, provisioned_steps.recognised_accounts,
-- provisioned_steps.known_accounts, provisioned_steps.won_claims.
-- Outputs: provisioned.taken_back, provisioned.linked.

-- Grain: one row an account whose link a person took back. Key: account_id.
create or replace table provisioned.taken_back as
from taken_back;

-- Grain: one row a person. Key: person; account_id.
create or replace table provisioned.linked as
with new_adults as (
    select
        person.person,
        person."role",
        provisioned.name_key(person.first_name, person.last_name) as name_key
    from provisioned_steps.persons as person
    anti join provisioned_steps.recognised_accounts as recognised on person.person = recognised.person
    where person.student_id is null
),

-- One row an account outside of the district, with its roles in all other districts.
roles_of_accounts as (
    select
        account_id,
        bool_or(contains(coalesce(roles, ''), 'teacher')) as is_teacher,
        bool_or(contains(coalesce(roles, ''), 'student')) as is_student
    from held_elsewhere
    group by account_id
),

proposals as (
    select distinct
        adult.person,
        elsewhere.account_id,
        elsewhere."value"
    from held_elsewhere as elsewhere
    inner join provisioned_steps.won_claims as claim on elsewhere."value" = claim."value" and claim.kind = 'email'
    inner join new_adults as adult on claim.canonical_person = adult.person
    inner join roles_of_accounts as account on elsewhere.account_id = account.account_id
    anti join provisioned.taken_back as taken_back on elsewhere.account_id = taken_back.account_id
    anti join provisioned_steps.known_accounts as known on elsewhere.account_id = known.account_id
    where
        elsewhere.is_verified = 'yes'
        and adult.name_key != ''
        and adult.name_key = provisioned.name_key(elsewhere.first_name, elsewhere.last_name)
        and not account.is_student
        and (adult."role" = 'teacher' or not account.is_teacher)
),

proposed_accounts as (
    select
        person,
        account_id,
        min("value") as email
    from proposals
    group by person, account_id
)

from proposed_accounts
qualify count(*) over (partition by person) = 1 and count(*) over (partition by account_id) = 1;
