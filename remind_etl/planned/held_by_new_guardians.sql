-- Hold `new_guardians`: the new guardians of students with many. The student does not wait, nor what was delivered before.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned_steps.new_guardianships, planned_steps.new_guardian_accounts, planned_steps.new_guardian_schools,
-- planned.account_changes, planned.contact_point_changes, planned.school_member_changes. Outputs: planned.waits.

insert into planned.waits
with contact_points as (
    select contact.*
    from planned.contact_point_changes as contact
    semi join planned_steps.new_guardian_accounts as account on contact.new_account_id = account.account_id
)

select
    'new_guardians' as hold,
    change_id,
    'student_with_many_guardians' as reason_code
from planned_steps.new_guardianships
union all
select
    'new_guardians',
    change_id,
    'guardian_of_student_with_many'
from planned_steps.new_guardian_accounts
union all
select
    'new_guardians',
    change_id,
    'record_of_guardian_of_student_with_many'
from contact_points
union all
select
    'new_guardians',
    member.change_id,
    'record_of_guardian_of_student_with_many'
from planned.school_member_changes as member
semi join planned_steps.new_guardian_schools as school
    on member.account_id = school.account_id and member.school_id = school.school_id
where member."action" in ('create', 'revive') and member."role" = 'guardian'
union all
-- An account whose contact point goes to a held guardian keeps it until then, and so stays itself.
select distinct
    'new_guardians',
    former.change_id,
    'contact_point_goes_to_held_guardian'
from contact_points as contact
inner join planned.account_changes as former on contact.old_account_id = former.account_id and former."action" = 'remove'
where contact."action" = 'update';
