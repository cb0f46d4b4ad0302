-- Hold `reused_ids`: what the rows of a student whose id may be another person's change at a guardian who is known already. An
-- email or phone, or a school, that only such rows give waits. So does a delivered email or phone that the guardian of such a
-- student would lose: the row of the former student may have had it.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned_steps.people_of_unsure_ids, provisioned.person_identity, provisioned.account_rows,
-- provisioned_steps.student_lines, provisioned_steps.won_claims, provisioned.guardianships, provisioned.school_members,
-- platform_guardianships, planned.contact_point_changes, planned.school_member_changes. Outputs: planned.waits.

insert into planned.waits
with reused_students as (
    select identity.person as student
    from provisioned.person_identity as identity
    inner join provisioned.account_rows as account on identity.canonical_person = account.person
    semi join planned_steps.people_of_unsure_ids as reused on account.account_id = reused.account_id
),

guardians_in_rows as (
    select distinct identity.canonical_person as person
    from provisioned_steps.student_lines as line
    semi join reused_students as reused on line.student = reused.student
    inner join provisioned.person_identity as identity on line.guardian = identity.person
),

contacts_in_rows as (
    select
        guardian.person,
        line.student,
        unnest([line.email, line.phone]) as "value"
    from guardians_in_rows as guardian
    inner join provisioned.person_identity as identity on guardian.person = identity.canonical_person
    inner join provisioned_steps.student_lines as line on identity.person = line.guardian
),

-- The person who claims it is a teacher if a row of teachers.csv has it too.
contacts_of_reused_ids as (
    select
        account.account_id,
        contact."value"
    from contacts_in_rows as contact
    inner join provisioned_steps.won_claims as claim
        on contact.person = claim.canonical_person and contact."value" = claim."value" and claim.role_rank = 1
    inner join provisioned.account_rows as account on contact.person = account.person
    group by account.account_id, contact."value"
    having bool_and(contact.student in (from reused_students))
),

delivered_guardians as (
    select guardianship.guardian_account_id as account_id
    from platform_guardianships as guardianship
    semi join planned_steps.people_of_unsure_ids as reused on guardianship.student_account_id = reused.account_id
    where guardianship.removed_at is null
),

guardians_of_reused_ids as (
    select guardianship.guardian_account_id as account_id
    from provisioned.guardianships as guardianship
    where guardianship.student_account_id in (select reused.account_id from planned_steps.people_of_unsure_ids as reused)
),

schools_of_reused_ids as (
    select
        guardianship.guardian_account_id as account_id,
        member.school_id
    from provisioned.guardianships as guardianship
    semi join guardians_of_reused_ids as guardian on guardianship.guardian_account_id = guardian.account_id
    inner join provisioned.school_members as member
        on guardianship.student_account_id = member.account_id and member."role" = 'student'
    left join planned_steps.people_of_unsure_ids as reused on guardianship.student_account_id = reused.account_id
    group by guardianship.guardian_account_id, member.school_id
    having bool_and(reused.account_id is not null)
),

waiting as (
    select change.change_id
    from planned.contact_point_changes as change
    semi join contacts_of_reused_ids as contact
        on change.new_account_id = contact.account_id and change."value" = contact."value"
    where change."action" != 'remove'
    union
    select change_id
    from planned.contact_point_changes
    where "action" = 'remove' and old_account_id in (from delivered_guardians)
    union
    select change.change_id
    from planned.school_member_changes as change
    semi join schools_of_reused_ids as school
        on change.account_id = school.account_id and change.school_id = school.school_id
    where change."action" in ('create', 'revive') and change."role" = 'guardian'
)

select
    'reused_ids' as hold,
    change_id,
    'row_of_reused_id' as reason_code
from waiting
on conflict do nothing;
