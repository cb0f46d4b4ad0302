-- New persons whose name-based id is already that of an account, here or by a link in another district. The account is theirs if
-- this district has it with their name and nobody else keeps it, such as a guardian's whose contact points others kept. Else the
-- id is made with a counter.
-- Grain: one row a person. Key: person; account_id.
-- Inputs: links_anywhere, provisioned_steps.new_persons, provisioned_steps.known_accounts,
-- provisioned_steps.recognised_accounts, landed.drops.
-- Outputs: provisioned_steps.counted_ids.

create or replace table provisioned_steps.counted_ids as
with taken_ids as (
    select account_id
    from provisioned_steps.known_accounts
    union
    select account_id
    from links_anywhere
),

persons_with_taken_id as (
    select
        person.*,
        district.district_id
    from provisioned_steps.new_persons as person
    cross join landed.drops as district
    semi join taken_ids as taken
        on provisioned.account_uuid(district.district_id, person."role", person.id) = taken.account_id
),

possible_ids as (
    select
        person.person,
        counter.nth,
        provisioned.name_key(person.first_name, person.last_name) as name_key,
        provisioned.account_uuid(
            person.district_id,
            person."role" || case when counter.nth > 1 then '#' || counter.nth else '' end,
            person.id
        ) as account_id
    from persons_with_taken_id as person
    cross join range(1, 100) as counter (nth)
)

select
    possible.person,
    arg_min(possible.account_id, possible.nth) as account_id
from possible_ids as possible
left join provisioned_steps.known_accounts as account on possible.account_id = account.account_id
left join provisioned_steps.recognised_accounts as recognised on account.known = recognised.known
left join links_anywhere as link on possible.account_id = link.account_id
where
    (account.known is null and link.account_id is null)
    or (recognised.known is null and account.name_key = possible.name_key)
group by possible.person;
