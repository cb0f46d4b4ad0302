-- The contact points about which accounts outside of the district raise a problem. An account of the district has such a
-- contact point and so has another one elsewhere, or a linked account does not get it.
-- Grain: one row a contact point. Key: value.
-- Inputs: held_elsewhere, provisioned_steps.won_claims, provisioned.withheld_contacts, provisioned.account_rows.
-- Outputs: provisioned_steps.outside_contacts.

create or replace table provisioned_steps.outside_contacts as
select
    person,
    kind,
    "value",
    'contact_not_added' as code
from provisioned.withheld_contacts
union all
select distinct
    claim.person,
    claim.kind,
    claim."value",
    'contact_used_elsewhere' as code
from held_elsewhere as elsewhere
inner join provisioned_steps.won_claims as claim on elsewhere."value" = claim."value"
inner join provisioned.account_rows as account
    on claim.canonical_person = account.person and elsewhere.account_id != account.account_id
anti join provisioned.withheld_contacts as withheld on claim."value" = withheld."value";
