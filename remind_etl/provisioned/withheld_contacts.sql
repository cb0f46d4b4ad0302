-- The contact points that a linked account does not get, although its person claims them. A linked account has contact
-- points that it also has outside of the district, and those that were delivered before.
-- Grain: one row a contact point. Key: value.
-- Inputs: account_links, held_elsewhere, provisioned.linked, provisioned_steps.recognised_accounts,
-- provisioned_steps.known_accounts, provisioned_steps.known_contacts, provisioned_steps.won_claims.
-- Outputs: provisioned.withheld_contacts.

create or replace table provisioned.withheld_contacts as
with linked_persons as (
    select
        person,
        account_id,
        null::bigint as known
    from provisioned.linked
    union all
    select
        recognised.person,
        account.account_id,
        account.known
    from provisioned_steps.recognised_accounts as recognised
    inner join provisioned_steps.known_accounts as account on recognised.known = account.known
    semi join account_links as link on account.account_id = link.account_id
)

select
    claim.person,
    claim.canonical_person,
    linked.account_id,
    claim.kind,
    claim."value"
from provisioned_steps.won_claims as claim
inner join linked_persons as linked on claim.canonical_person = linked.person
anti join held_elsewhere as elsewhere
    on claim."value" = elsewhere."value" and linked.account_id = elsewhere.account_id
anti join provisioned_steps.known_contacts as delivered
    on claim."value" = delivered."value" and linked.known = delivered.known;
