-- The record that has an email or phone which another account would get, and the person who claims it. A guardian has no id in
-- the files, so the student with the first id stands for the guardian.
-- Grain: one row a contact point. Key: value.
-- Inputs: planned_steps.taken_contacts, provisioned_steps.won_claims, platform_accounts, platform_guardianships.
-- Outputs: planned_steps.holders_of_taken_contacts.

create table planned_steps.holders_of_taken_contacts as
with students_of_holders as (
    select
        guardianship.guardian_account_id as account_id,
        min(guardianship.student_id) as student_id
    from platform_guardianships as guardianship
    semi join planned_steps.taken_contacts as taken on guardianship.guardian_account_id = taken.holder
    where guardianship.removed_at is null
    group by guardianship.guardian_account_id
)

select
    taken.kind,
    taken."value",
    taken.account_id,
    claim.person,
    case
        when contains(holder.roles, 'teacher') then 'teacher ' || holder.teacher_id
        when contains(holder.roles, 'guardian') then 'a guardian' || coalesce(' of student ' || student.student_id, '')
        else 'student ' || holder.student_id
    end as detail
from planned_steps.taken_contacts as taken
inner join provisioned_steps.won_claims as claim on taken."value" = claim."value"
inner join platform_accounts as holder on taken.holder = holder.account_id
left join students_of_holders as student on taken.holder = student.account_id;
