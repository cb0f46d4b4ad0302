-- Takes away what rests on an account, role or class that is not there afterwards, and lets each class have its owner.
-- Grain: one row a record. Key: the key of the kind.
-- Inputs: planned_steps.wished_accounts, planned_steps.wished_classes.
-- Outputs: planned_steps.roles_there, planned_steps.classes_there, planned_steps.wished_school_members,
-- planned_steps.wished_guardianships, planned_steps.wished_class_memberships.

-- One row an account that is there afterwards, and a role. Key: account_id, role.
create table planned_steps.roles_there as
select
    account_id,
    unnest(string_split(roles, '+')) as "role"
from planned_steps.wished_accounts
where is_there;

-- One row a class that is there afterwards. Key: class_id.
create table planned_steps.classes_there as
select
    class_id,
    owner_account_id,
    owner_teacher_id
from planned_steps.wished_classes
where is_there;

update planned_steps.wished_school_members
set is_there = false, reason_code = 'account_removed'
where
    is_there
    and (account_id, "role") not in (select (there.account_id, there."role") from planned_steps.roles_there as there);

update planned_steps.wished_guardianships
set is_there = false, reason_code = 'account_removed'
where
    is_there
    and (
        (guardian_account_id, 'guardian') not in (
            select (there.account_id, there."role")
            from planned_steps.roles_there as there
        )
        or (student_account_id, 'student') not in (
            select (there.account_id, there."role")
            from planned_steps.roles_there as there
        )
    );

update planned_steps.wished_class_memberships
set is_there = false, reason_code = 'account_removed'
where
    is_there
    and (account_id, if("role" = 'student', 'student', 'teacher')) not in (
        select (there.account_id, there."role")
        from planned_steps.roles_there as there
    );

update planned_steps.wished_class_memberships as membership
set is_there = false, reason_code = 'class_removed'
where
    is_there
    and not exists (
        from planned_steps.classes_there as class
        where
            membership.class_id = class.class_id
            and (membership."role" != 'owner' or membership.account_id = class.owner_account_id)
    );

insert into planned_steps.wished_class_memberships by name
select
    class.class_id,
    class.owner_account_id as account_id,
    'owner' as "role",
    class.owner_teacher_id as record_id,
    true as is_wished,
    false as is_of_delivery,
    true as is_there
from planned_steps.classes_there as class
anti join planned_steps.wished_class_memberships as membership
    on
        class.class_id = membership.class_id
        and class.owner_account_id = membership.account_id
        and membership."role" = 'owner';

update planned_steps.wished_class_memberships
set is_there = true
where
    "role" = 'owner'
    and (class_id, account_id) in (
        select (class.class_id, class.owner_account_id)
        from planned_steps.classes_there as class
    );
