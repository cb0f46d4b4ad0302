-- The new guardians of students who have at least $guardians.
-- Grain: one row a guardianship; an account; a guardian and school. Key: change_id; account_id; account_id, school_id.
-- An account is here if it is there only for such students. A guardian and school are here if only such students bring the
-- guardian to the school.
-- Inputs: planned.guardianship_changes, planned.account_changes, provisioned.guardianships, provisioned.school_members.
-- Outputs: planned_steps.new_guardianships, planned_steps.new_guardian_accounts, planned_steps.new_guardian_schools.

create table planned_steps.new_guardianships as
with students_with_many as (
    select student_account_id
    from provisioned.guardianships
    group by student_account_id
    having count(*) >= $guardians
)

select
    guardianship.change_id,
    guardianship.guardian_account_id,
    guardianship.student_account_id
from planned.guardianship_changes as guardianship
semi join students_with_many using (student_account_id)
where guardianship."action" in ('create', 'revive');

create table planned_steps.new_guardian_schools as
select
    guardianship.guardian_account_id as account_id,
    member.school_id
from provisioned.guardianships as guardianship
semi join planned_steps.new_guardianships as guardian using (guardian_account_id)
inner join provisioned.school_members as member
    on guardianship.student_account_id = member.account_id and member."role" = 'student'
left join planned_steps.new_guardianships as new_one
    on
        guardianship.guardian_account_id = new_one.guardian_account_id
        and guardianship.student_account_id = new_one.student_account_id
group by all
having bool_and(new_one.change_id is not null);

create table planned_steps.new_guardian_accounts as
select
    account.change_id,
    account.account_id
from planned.account_changes as account
inner join provisioned.guardianships as guardianship on account.account_id = guardianship.guardian_account_id
left join planned_steps.new_guardianships as new_one
    on
        guardianship.guardian_account_id = new_one.guardian_account_id
        and guardianship.student_account_id = new_one.student_account_id
where account."action" in ('create', 'revive') and account.new_roles = 'guardian'
group by account.change_id, account.account_id
having bool_and(new_one.change_id is not null);
