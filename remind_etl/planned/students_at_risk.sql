-- The students who could be reached by a contact point, their own or one of a guardian, and may not be any more.
-- Grain: one row a student. Key: account_id.
-- Inputs: planned.contact_point_changes, planned.guardianship_changes, platform_accounts, platform_contact_points,
-- platform_guardianships. Outputs: planned_steps.students_at_risk.

create table planned_steps.students_at_risk as
with accounts_that_lose_contacts as (
    select old_account_id as account_id
    from planned.contact_point_changes
    where "action" in ('remove', 'update')
),

lost_guardianships as (
    select guardianship.student_account_id
    from planned.guardianship_changes as guardianship
    semi join platform_contact_points as contact
        on guardianship.guardian_account_id = contact.account_id and contact.removed_at is null
    where guardianship."action" = 'remove'
)

select student.account_id
from platform_accounts as student
where
    student.removed_at is null
    and student.student_id is not null
    and (
        student.account_id in (from accounts_that_lose_contacts)
        or student.account_id in (from lost_guardianships)
        or student.account_id in (
            select guardianship.student_account_id
            from platform_guardianships as guardianship
            where
                guardianship.removed_at is null
                and guardianship.guardian_account_id in (from accounts_that_lose_contacts)
        )
    );
