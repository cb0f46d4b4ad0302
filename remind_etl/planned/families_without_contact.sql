-- The students whom this plan takes the last contact point that reaches them: their own, or one of a guardian.
-- Grain: one row. Key: term.
-- Inputs: planned.contact_point_changes, planned.guardianship_changes, planned.account_changes,
-- planned_steps.students_at_risk, platform_contact_points, platform_guardianships. Outputs: planned.people.

insert into planned.people
with versions as (
    select unnest([false, true]) as with_waiting
),

contact_changes as (
    select
        version.with_waiting,
        contact.*
    from planned.contact_point_changes as contact
    inner join versions as version on version.with_waiting or contact.state = 'go'
),

guardianship_changes as (
    select
        version.with_waiting,
        guardianship.*
    from planned.guardianship_changes as guardianship
    inner join versions as version on version.with_waiting or guardianship.state = 'go'
),

-- One row an account through which a student is reached: the student's own, or a guardian's.
reached_through as (
    select
        version.with_waiting,
        student.account_id as student_account_id,
        student.account_id
    from planned_steps.students_at_risk as student
    cross join versions as version
    union all
    select
        version.with_waiting,
        guardianship.student_account_id,
        guardianship.guardian_account_id
    from platform_guardianships as guardianship
    semi join planned_steps.students_at_risk as student on guardianship.student_account_id = student.account_id
    cross join versions as version
    anti join guardianship_changes as lost
        on
            version.with_waiting = lost.with_waiting
            and guardianship.guardian_account_id = lost.guardian_account_id
            and guardianship.student_account_id = lost.student_account_id
            and lost."action" = 'remove'
    where guardianship.removed_at is null
    union all
    select
        with_waiting,
        student_account_id,
        guardian_account_id
    from guardianship_changes
    where "action" in ('create', 'revive')
),

contacts_after as (
    select
        version.with_waiting,
        contact.account_id
    from platform_contact_points as contact
    semi join reached_through as reached on contact.account_id = reached.account_id
    cross join versions as version
    anti join contact_changes as lost
        on
            version.with_waiting = lost.with_waiting
            and contact.kind = lost.kind
            and contact."value" = lost."value"
    where contact.removed_at is null
    union all
    select
        with_waiting,
        new_account_id
    from contact_changes
    where "action" != 'remove'
),

without_contact as (
    select
        version.with_waiting,
        student.account_id
    from planned_steps.students_at_risk as student
    cross join versions as version
    anti join (
        from reached_through
        semi join contacts_after using (with_waiting, account_id)
    ) as reached on version.with_waiting = reached.with_waiting and student.account_id = reached.student_account_id
    anti join planned.account_changes as removed
        on
            student.account_id = removed.account_id
            and removed."action" = 'remove'
            and (version.with_waiting or removed.state = 'go')
)

select
    'families_without_contact' as term,
    count(*) filter (where not with_waiting) as left_so,
    count(*) filter (where with_waiting) as if_approved
from without_contact;
