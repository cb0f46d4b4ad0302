-- No email, no teacher. A removed teacher does not come back while another account has the only email: the classes stay with
-- their owners of today. But a teacher whom an undone delivery added goes again if that email goes back.
-- Grain: one row an account. Key: account_id.
-- Inputs: planned_steps.wished_accounts, planned_steps.wished_contact_points, planned_steps.returned_emails.
-- Outputs: planned_steps.wished_accounts.

update planned_steps.wished_accounts as account
set reason_code = 'teacher_email_of_another'
where
    account.as_of is not null
    and account.otherwise is null
    and account.teacher_id is not null
    and account.email is not null
    and account.account_id not in (select returned.account_id from planned_steps.returned_emails as returned)
    and account.account_id not in (
        select contact.account_id
        from planned_steps.wished_contact_points as contact
        left join planned_steps.wished_accounts as other
            on
                contact."value" = other.email
                and contact.account_id != other.account_id
                and other.is_there
                and (other.as_of is null or contact.as_of < other.as_of)
        where contact.kind = 'email' and contact.is_there and (contact.as_of is null or other.account_id is null)
    );

update planned_steps.wished_accounts
set is_there = false
where
    account_id in (select returned.taker from planned_steps.returned_emails as returned)
    and account_id not in (
        select contact.account_id
        from planned_steps.wished_contact_points as contact
        where contact.kind = 'email' and contact.is_there
    );
