-- What a delivery added names the id that an account had after it. The account has the id from before again, so classes,
-- guardianships and class memberships that stay name this one.
-- Grain: one row a record. Key: the key of the kind.
-- Inputs: planned_steps.wished_accounts. Outputs: planned_steps.returned_ids, planned_steps.wished_classes,
-- planned_steps.wished_guardianships, planned_steps.wished_class_memberships.

-- One row an account and role. Key: account_id, role.
create table planned_steps.returned_ids as
select
    account_id,
    'student' as "role",
    otherwise.student_id as old_id,
    student_id as id
from planned_steps.wished_accounts
where is_there and is_wished and otherwise.student_id != student_id
union all
select
    account_id,
    'teacher',
    otherwise.teacher_id as old_id,
    teacher_id as id
from planned_steps.wished_accounts
where is_there and is_wished and otherwise.teacher_id != teacher_id;

update planned_steps.wished_classes as class
set owner_teacher_id = returned.id
from planned_steps.returned_ids as returned
where
    class.is_there
    and class.owner_account_id = returned.account_id
    and class.owner_teacher_id = returned.old_id
    and returned."role" = 'teacher';

update planned_steps.wished_guardianships as guardianship
set student_id = returned.id
from planned_steps.returned_ids as returned
where
    guardianship.is_there
    and guardianship.student_account_id = returned.account_id
    and guardianship.student_id = returned.old_id
    and returned."role" = 'student';

update planned_steps.wished_class_memberships as membership
set record_id = returned.id
from planned_steps.returned_ids as returned
where
    membership.is_there
    and membership.account_id = returned.account_id
    and membership.record_id = returned.old_id
    and returned."role" = if(membership."role" = 'student', 'student', 'teacher');
