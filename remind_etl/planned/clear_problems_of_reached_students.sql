-- The problem of a student without a contact point is cleared while the student is reached all the same: by an email or phone
-- of the student or of a delivered guardian who stays. It is a delivered one that stays, or one that comes with this plan.
-- Grain: one row a problem. Key: none.
-- Inputs: platform_accounts, platform_contact_points, platform_guardianships, planned.contact_point_changes,
-- planned.guardianship_changes. Outputs: valid.findings.

delete from valid.findings
where
    code = 'student_without_contact'
    and found_by = 'provisioned/accounts'
    and record_id in (
        with contacts_after_plan as (
            select contact.account_id
            from platform_contact_points as contact
            anti join planned.contact_point_changes as change
                on contact.kind = change.kind and contact."value" = change."value" and change.state = 'go'
            where contact.removed_at is null
            union all
            select new_account_id
            from planned.contact_point_changes
            where state = 'go' and "action" != 'remove'
        ),

        staying_guardians as (
            select
                guardianship.student_account_id,
                guardianship.guardian_account_id
            from platform_guardianships as guardianship
            anti join planned.guardianship_changes as change
                on
                    guardianship.student_account_id = change.student_account_id
                    and guardianship.guardian_account_id = change.guardian_account_id
                    and change."action" = 'remove'
                    and change.state = 'go'
            where guardianship.removed_at is null
        ),

        ways as (
            select
                student.student_id,
                student.account_id
            from platform_accounts as student
            where student.removed_at is null
            union all
            select
                student.student_id,
                guardian.guardian_account_id
            from platform_accounts as student
            inner join staying_guardians as guardian on student.account_id = guardian.student_account_id
            where student.removed_at is null
        )

        select way.student_id
        from ways as way
        semi join contacts_after_plan as contact on way.account_id = contact.account_id
        where way.student_id is not null
    );
