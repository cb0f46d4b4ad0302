-- The guardians of students whose cells may have been filled down from the row of another family. A delivered student gets a
-- guardian who has a student of another family today. And this student loses a guardian, or the other one gets this guardian
-- today too.
-- Students are of one family if they have another guardian in common, today or as delivered, or a last name. A student with the
-- guardian's last name is of the guardian's family, and so is one of the family of a student who has the guardian already.
-- A student whose id was reused waits for that alone.
-- Grain: one row a guardianship. Key: change_id.
-- Inputs: planned.guardianship_changes, provisioned.guardianships, provisioned.accounts, platform_guardianships,
-- platform_accounts, planned_steps.reused_people. Outputs: planned_steps.filled_guardianships.

create table planned_steps.filled_guardianships as
with new_ties as (
    select
        tie.change_id,
        tie.guardian_account_id,
        tie.student_account_id,
        student.last_name,
        tie.student_account_id in (
            select removal.student_account_id
            from planned.guardianship_changes as removal
            where removal."action" = 'remove'
        ) as loses_guardian
    from planned.guardianship_changes as tie
    inner join provisioned.accounts as student on tie.student_account_id = student.account_id
    inner join provisioned.accounts as guardian on tie.guardian_account_id = guardian.account_id
    semi join platform_accounts as delivered
        on tie.student_account_id = delivered.account_id and delivered.removed_at is null
    anti join planned_steps.reused_people as reused on tie.student_account_id = reused.account_id
    where
        tie."action" in ('create', 'revive')
        and not coalesce(valid.shares_name(student.last_name, guardian.last_name), false)
),

delivered_ties as (
    select
        guardian_account_id,
        student_account_id
    from platform_guardianships
    where removed_at is null
),

pairs as (
    select
        tie.change_id,
        tie.student_account_id,
        tie.guardian_account_id,
        tie.loses_guardian,
        other.student_account_id as other_student,
        coalesce(valid.shares_name(tie.last_name, student.last_name), false) as have_one_name,
        new_tie.change_id is not null as is_new,
        delivered.student_account_id is not null as is_delivered
    from new_ties as tie
    inner join provisioned.guardianships as other
        on tie.guardian_account_id = other.guardian_account_id and tie.student_account_id != other.student_account_id
    inner join provisioned.accounts as student on other.student_account_id = student.account_id
    left join new_ties as new_tie
        on other.guardian_account_id = new_tie.guardian_account_id and other.student_account_id = new_tie.student_account_id
    left join delivered_ties as delivered
        on other.guardian_account_id = delivered.guardian_account_id and other.student_account_id = delivered.student_account_id
),

students as (
    select student_account_id
    from pairs
    union
    select other_student
    from pairs
),

ties as (
    select delivered.*
    from delivered_ties as delivered
    semi join students using (student_account_id)
    union
    select
        today.guardian_account_id,
        today.student_account_id
    from provisioned.guardianships as today
    semi join students using (student_account_id)
),

pairs_with_another_guardian as (
    select distinct
        pair.change_id,
        pair.other_student
    from pairs as pair
    inner join ties as one
        on pair.student_account_id = one.student_account_id and pair.guardian_account_id != one.guardian_account_id
    inner join ties as two on one.guardian_account_id = two.guardian_account_id and pair.other_student = two.student_account_id
),

compared as (
    select
        pair.change_id,
        pair.is_delivered,
        pair.loses_guardian or pair.is_new as may_be_filled,
        pair.have_one_name or family.change_id is not null as are_one_family
    from pairs as pair
    left join pairs_with_another_guardian as family
        on pair.change_id = family.change_id and pair.other_student = family.other_student
)

select
    tie.change_id,
    tie.guardian_account_id,
    tie.student_account_id
from new_ties as tie
inner join compared as other on tie.change_id = other.change_id
group by tie.change_id, tie.guardian_account_id, tie.student_account_id
having
    bool_or(other.may_be_filled and not other.are_one_family)
    and not bool_or(other.is_delivered and other.are_one_family);
