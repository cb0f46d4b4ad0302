-- The emails and phones that a person of the files lost to another one, and that their account keeps after this plan: a
-- protected account keeps what it has, or the change waits. A guardian without an account from the files is the delivered
-- guardian of the student by that name.
-- Grain: one row a person and contact point. Key: person, value.
-- Inputs: provisioned_steps.lost_contacts, provisioned_steps.guardian_matches, provisioned_steps.known_accounts,
-- provisioned.person_identity, provisioned.account_rows, platform_contact_points, planned.contact_point_changes.
-- Outputs: planned_steps.staying_losses.

create table planned_steps.staying_losses as
with accounts_of_losers as (
    select
        identity.person,
        account.account_id
    from provisioned.person_identity as identity
    semi join provisioned_steps.lost_contacts as lost on identity.person = lost.person
    inner join provisioned.account_rows as account on identity.canonical_person = account.person
    union
    select
        matched.person,
        known.account_id
    from provisioned_steps.guardian_matches as matched
    semi join provisioned_steps.lost_contacts as lost on matched.person = lost.person
    inner join provisioned_steps.known_accounts as known on matched.known = known.known
    where not matched.is_removed
)

select distinct
    lost.person,
    lost."role",
    lost."value"
from provisioned_steps.lost_contacts as lost
inner join accounts_of_losers as loser on lost.person = loser.person
inner join platform_contact_points as contact
    on
        loser.account_id = contact.account_id
        and lost.kind = contact.kind
        and lost."value" = contact."value"
        and contact.removed_at is null
anti join planned.contact_point_changes as change
    on lost.kind = change.kind and lost."value" = change."value" and change.state = 'go';
