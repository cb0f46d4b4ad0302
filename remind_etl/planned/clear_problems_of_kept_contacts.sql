-- The problem of a lost contact point is cleared if the account keeps it after all: the claim was lost to an account that does
-- not get it either. Either a protected account keeps what it has, and the other account has a problem of its own. Or the
-- change waits. Such a guardian is not without a contact point either.
-- Grain: one row a problem. Key: none.
-- Inputs: planned_steps.staying_losses, provisioned_steps.claiming_rows, provisioned_steps.student_lines.
-- Outputs: valid.findings.

delete from valid.findings
using (
    select
        row_of_loser."value",
        row_of_loser."role",
        row_of_loser.record_id
    from planned_steps.staying_losses as lost
    inner join provisioned_steps.claiming_rows as row_of_loser
        on lost.person = row_of_loser.person and lost."value" = row_of_loser."value"
) as kept
where
    findings.code in ('email_taken', 'phone_taken', 'guardian_email_taken', 'student_email_taken')
    and findings.found_by = 'provisioned/accounts'
    and findings."value" = kept."value"
    and findings.record_type = kept."role"
    and findings.record_id = kept.record_id;

delete from valid.findings
where
    code = 'guardian_without_contact'
    and found_by = 'provisioned/accounts'
    and line in (
        select guardian.line
        from provisioned_steps.student_lines as guardian
        semi join planned_steps.staying_losses as lost on guardian.guardian = lost.person
        where not guardian.has_kept_contact
    );
