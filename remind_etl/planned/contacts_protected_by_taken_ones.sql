-- A new email or phone that cannot be given takes nothing away: the account keeps the delivered ones of the same kind. It
-- cannot be given while a protected account keeps it, because another person's row has the better claim, or because it is a
-- placeholder. An account that gets another contact point of the kind needs no delivered one.
-- Grain: one row an account and kind; one row a change. Key: account_id, kind; change_id.
-- Inputs: planned.contact_point_changes, planned_steps.taken_contacts, provisioned_steps.lost_contacts,
-- provisioned_steps.placeholder_persons, provisioned.person_identity, provisioned.account_rows, provisioned.contact_points,
-- platform_contact_points.
-- Outputs: planned_steps.accounts_without_new_contact, planned_steps.protected_changes.

create or replace table planned_steps.accounts_without_new_contact as
with refused_contacts as (
    select
        person,
        kind,
        "value"
    from provisioned_steps.lost_contacts
    union all
    select
        person,
        kind,
        "value"
    from provisioned_steps.placeholder_persons
),

accounts_with_taken_contact as (
    select
        account_id,
        kind
    from planned_steps.taken_contacts
    union
    select
        account.account_id,
        refused.kind
    from refused_contacts as refused
    inner join provisioned.person_identity as identity on refused.person = identity.person
    inner join provisioned.account_rows as account on identity.canonical_person = account.person
    anti join platform_contact_points as delivered
        on account.account_id = delivered.account_id and refused."value" = delivered."value" and delivered.removed_at is null
),

given_contacts as (
    from provisioned.contact_points
    anti join planned_steps.taken_contacts using (kind, "value")
)

from accounts_with_taken_contact
anti join given_contacts using (account_id, kind);

insert into planned_steps.protected_changes
select
    removal.change_id,
    'contacts_protected_by_taken_ones' as rule,
    'new_contact_point_taken' as reason_code,
    null as "file",
    null::bigint as line
from planned.contact_point_changes as removal
semi join planned_steps.accounts_without_new_contact as account
    on removal.old_account_id = account.account_id and removal.kind = account.kind
where removal."action" = 'remove';
