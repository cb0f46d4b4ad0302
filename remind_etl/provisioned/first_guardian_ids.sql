-- The first id of guardians who have another contact point today. The id gives a guardian the place among claimants, so
-- nobody loses a shared phone with a change of email. The account's id tells which id was the first.
-- Grain: one row a guardian with a contested claim. Key: person.
-- Inputs: provisioned_steps.guardian_matches, provisioned_steps.contested_claims, provisioned_steps.guardians,
-- provisioned_steps.known_accounts, platform_contact_points, landed.drops.
-- Outputs: provisioned_steps.first_guardian_ids.

create or replace table provisioned_steps.first_guardian_ids as
with guardians_of_one_account as (
    select
        person,
        min(known) as known
    from provisioned_steps.guardian_matches
    where person in (select claim.person from provisioned_steps.contested_claims as claim where claim."role" = 'guardian')
    group by person
    having min(known) = max(known)
),

guardians_with_new_id as (
    select
        guardian.person,
        account.account_id,
        account.name_key,
        district.district_id
    from guardians_of_one_account as matched
    inner join provisioned_steps.guardians as guardian on matched.person = guardian.person
    inner join provisioned_steps.known_accounts as account on matched.known = account.known
    cross join landed.drops as district
    where provisioned.account_uuid(district.district_id, 'guardian', guardian.guardian_id) != account.account_id
)

select
    guardian.person,
    min(possible.id) as id
from guardians_with_new_id as guardian
inner join platform_contact_points as contact on guardian.account_id = contact.account_id
cross join lateral (select unnest([contact."value", contact."value" || ' ' || guardian.name_key]) as id) as possible
where provisioned.account_uuid(guardian.district_id, 'guardian', possible.id) = guardian.account_id
group by guardian.person;
