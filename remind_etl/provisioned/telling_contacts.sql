-- The contact points that may tell which account is a guardian's.
-- Grain: one row an account and contact point. Key: known, value.
-- Inputs: provisioned_steps.known_contacts, provisioned_steps.contacts_for_teachers.
-- Outputs: provisioned_steps.telling_contacts.

create or replace view provisioned_steps.telling_contacts as
select contact.*
from provisioned_steps.known_contacts as contact
anti join provisioned_steps.contacts_for_teachers as lost
    on contact.known = lost.known and contact."value" = lost."value";
