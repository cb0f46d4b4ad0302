-- The contact points that a person claims and another account has. Only the lost email is reported of a teacher who gets
-- no account.
-- Grain: one row a person and contact point. Key: person, value.
-- Inputs: provisioned_steps.lost_claims, provisioned.person_identity. Outputs: provisioned_steps.lost_contacts.

create or replace table provisioned_steps.lost_contacts as
select
    lost.person,
    lost."role",
    provisioned_steps.contact_kind(lost."value") as kind,
    lost."value",
    lost.holder
from provisioned_steps.lost_claims as lost
inner join provisioned.person_identity as loser on lost.person = loser.person
inner join provisioned.person_identity as holder on lost.holder = holder.person
where
    loser.canonical_person is distinct from coalesce(holder.canonical_person, lost.holder)
    and not (
        lost."role" = 'teacher' and loser.outcome != 'own' and provisioned_steps.contact_kind(lost."value") = 'phone'
    );
