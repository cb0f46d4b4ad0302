-- Hold `shared_contacts`: an email or phone of guardians of two families or more, whose names are not alike and who have no
-- student in common. No guardian gets it before a person has looked. A new guardian without another contact point waits with
-- it. A guardian who does not get it keeps the delivered ones. Guardians who have it keep it.
-- Grain: one row a value; a change that gives it; a new account; a change; the hold. Key: value; change_id; account_id;
-- change_id; kind.
-- Inputs: provisioned_steps.contact_families, provisioned_steps.won_claims, provisioned_steps.lost_claims,
-- provisioned_steps.recognised_accounts, provisioned_steps.known_accounts, provisioned.person_identity,
-- planned.account_changes, planned.contact_point_changes, platform_contact_points.
-- Outputs: planned_steps.values_of_families, planned_steps.shared_contacts, planned_steps.guardians_of_shared_contacts,
-- planned_steps.waits_for_look, planned.waits, planned.holds.

create table planned_steps.values_of_families as
select "value"
from provisioned_steps.contact_families
-- A teacher who claims it too has it.
semi join (
    select claim."value"
    from provisioned_steps.won_claims as claim
    where claim.role_rank = 1
) using ("value")
where not is_placeholder
group by "value"
having count(distinct family) > 1;

create table planned_steps.shared_contacts as
select
    contact.change_id,
    contact."value",
    contact.new_account_id
from planned.contact_point_changes as contact
semi join planned_steps.values_of_families as shared on contact."value" = shared."value"
where contact."action" != 'remove' and contact.new_account_id is distinct from contact.old_account_id;

-- The new guardians who would have no other contact point.
create table planned_steps.guardians_of_shared_contacts as
select
    account.account_id,
    account.change_id as account_change_id,
    min(shared."value") as "value"
from planned.account_changes as account
inner join planned_steps.shared_contacts as shared on account.account_id = shared.new_account_id
anti join (
    from planned.contact_point_changes
    anti join planned_steps.shared_contacts using (change_id)
) as other on account.account_id = other.new_account_id
where account."action" not in ('update', 'remove') and account.new_roles = 'guardian'
group by account.account_id, account.change_id;

create table planned_steps.waits_for_look as
with accounts_without_value as (
    select
        account.account_id,
        min(lost."value") as "value"
    from planned_steps.values_of_families as shared
    inner join provisioned_steps.lost_claims as lost on shared."value" = lost."value" and lost."role" = 'guardian'
    inner join provisioned.person_identity as identity on lost.person = identity.person
    inner join provisioned_steps.recognised_accounts as recognised on identity.canonical_person = recognised.person
    inner join provisioned_steps.known_accounts as account on recognised.known = account.known
    group by account.account_id
)

select
    change_id,
    "value"
from planned_steps.shared_contacts
union all
select
    account_change_id,
    "value"
from planned_steps.guardians_of_shared_contacts
union all
select
    contact.change_id,
    account."value"
from planned.contact_point_changes as contact
inner join accounts_without_value as account on contact.old_account_id = account.account_id
where contact."action" = 'remove';

insert into planned.waits
select distinct
    'shared_contacts' as hold,
    change_id,
    'contact_point_of_two_families' as reason_code
from planned_steps.waits_for_look;

insert into planned.holds
select
    'shared_contacts' as kind,
    count(distinct "value") as records,
    (select count(*) from platform_contact_points as contact where contact.removed_at is null) as delivered,
    0 as allowed,
    true as is_held,
    false as is_approved
from planned_steps.waits_for_look
having count(*) > 0;
