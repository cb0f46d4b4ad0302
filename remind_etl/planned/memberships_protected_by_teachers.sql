-- Invalid is not absent: the membership of a co-teacher stays if enrollments.csv still names the teacher in the class, and the
-- teacher stays although no row gives them an account.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned_steps.removed_memberships, provisioned.waiting_teachers, valid.enrollments.
-- Outputs: planned_steps.protected_changes.

insert into planned_steps.protected_changes
select
    membership.change_id,
    'memberships_protected_by_teachers' as rule,
    'row_without_account' as reason_code,
    'enrollments.csv' as "file",
    min(enrollment.line) as line
from planned_steps.removed_memberships as membership
semi join provisioned.waiting_teachers as waiting on membership.person_id = waiting.teacher_id
inner join valid.enrollments as enrollment
    on membership.class_id = enrollment.class_id and membership.person_id = enrollment.user_id
where membership."role" = 'co_teacher'
group by membership.change_id;
