-- What rests on a role that is taken back goes with it: guardianships, school memberships and class memberships. An account
-- that still owns a class stays its teacher.
-- Grain: one row a change. Inputs: planned.account_changes, planned.guardianship_changes, planned.school_member_changes,
-- planned.class_membership_changes, planned_steps.classes_there, platform_guardianships, platform_school_members,
-- platform_class_memberships.
-- Outputs: planned_steps.roles_taken_back, planned.account_changes, planned.guardianship_changes,
-- planned.school_member_changes, planned.class_membership_changes.

update planned.account_changes
set
    new_roles = concat_ws('+', 'teacher', nullif(new_roles, '')),
    new_teacher_id = old_teacher_id
where
    state = 'go'
    and "action" = 'update'
    and contains(old_roles, 'teacher')
    and not contains(new_roles, 'teacher')
    and account_id in (select class.owner_account_id from planned_steps.classes_there as class);

-- One row an account and role. Key: account_id, role.
create table planned_steps.roles_taken_back as
select
    account_id,
    unnest(list_filter(
        string_split(old_roles, '+'), lambda role_name: not list_contains(string_split(new_roles, '+'), role_name)
    )) as "role"
from planned.account_changes
where state = 'go' and "action" = 'update';

insert into planned.guardianship_changes by name
select
    nextval('planned_steps.change_ids') as change_id,
    guardianship.guardian_account_id,
    guardianship.student_account_id,
    guardianship.student_id as old_student_id,
    'remove' as "action",
    'go' as state
from platform_guardianships as guardianship
anti join planned.guardianship_changes as going
    on
        guardianship.guardian_account_id = going.guardian_account_id
        and guardianship.student_account_id = going.student_account_id
        and going.state = 'go'
where
    guardianship.removed_at is null
    and exists (
        from planned_steps.roles_taken_back as lost
        where
            (lost."role" = 'guardian' and lost.account_id = guardianship.guardian_account_id)
            or (lost."role" = 'student' and lost.account_id = guardianship.student_account_id)
    );

insert into planned.school_member_changes by name
select
    nextval('planned_steps.change_ids') as change_id,
    member.account_id,
    member.school_id,
    member."role",
    member.platform_school_id as old_platform_school_id,
    'remove' as "action",
    'go' as state
from platform_school_members as member
semi join planned_steps.roles_taken_back as lost on member.account_id = lost.account_id and member."role" = lost."role"
anti join planned.school_member_changes as going
    on
        member.account_id = going.account_id
        and member.school_id = going.school_id
        and member."role" = going."role"
        and going.state = 'go'
where member.removed_at is null;

insert into planned.class_membership_changes by name
select
    nextval('planned_steps.change_ids') as change_id,
    membership.class_id,
    membership.account_id,
    membership."role",
    membership.record_id as old_record_id,
    'remove' as "action",
    'go' as state
from platform_class_memberships as membership
semi join planned_steps.roles_taken_back as lost
    on membership.account_id = lost.account_id and if(membership."role" = 'student', 'student', 'teacher') = lost."role"
anti join planned.class_membership_changes as going
    on
        membership.class_id = going.class_id
        and membership.account_id = going.account_id
        and membership."role" = going."role"
        and going.state = 'go'
where membership.removed_at is null and membership."role" != 'owner';
