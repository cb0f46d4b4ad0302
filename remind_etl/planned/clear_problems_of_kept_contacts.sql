-- The problem of a lost contact point is cleared if the account keeps it after all: the claim was lost to an account that does
-- not get it either. Either a protected account keeps what it has, and the other account has a problem of its own. Or the
-- change waits.
-- Grain: one row a problem. Key: none.
-- Inputs: provisioned_steps.lost_contacts, provisioned_steps.claiming_rows, provisioned.person_identity,
-- provisioned.account_rows, platform_contact_points, planned.contact_point_changes. Outputs: valid.findings.

delete from valid.findings
using (
    select
        loser."value",
        loser."role",
        loser.record_id
    from provisioned_steps.lost_contacts as lost
    inner join provisioned_steps.claiming_rows as loser on lost.person = loser.person and lost."value" = loser."value"
    inner join provisioned.person_identity as identity on lost.person = identity.person
    inner join provisioned.account_rows as account on identity.canonical_person = account.person
    inner join platform_contact_points as contact
        on
            account.account_id = contact.account_id
            and lost.kind = contact.kind
            and lost."value" = contact."value"
            and contact.removed_at is null
    anti join planned.contact_point_changes as change
        on lost.kind = change.kind and lost."value" = change."value" and change.state = 'go'
) as kept
where
    findings.code in ('email_taken', 'phone_taken', 'guardian_email_taken', 'student_email_taken')
    and findings.found_by = 'provisioned/accounts'
    and findings."value" = kept."value"
    and findings.record_type = kept."role"
    and findings.record_id = kept.record_id;
