-- Two rows claim an email or phone, and neither gets it: a protected account keeps it. The problem of the row with the weaker
-- claim then names the protected account too, and not the other row.
-- Grain: one row a problem. Key: none.
-- Inputs: planned_steps.holders_of_taken_contacts. Outputs: valid.findings.

update valid.findings
set detail = holder.detail
from planned_steps.holders_of_taken_contacts as holder
where
    findings.code in ('email_taken', 'phone_taken', 'guardian_email_taken', 'student_email_taken')
    and findings.found_by = 'provisioned/accounts'
    and findings."value" = holder."value";
