-- Kept is not frozen: a protected account takes the values that its rows give, and loses no role. An account also keeps the
-- role that a record needs which stays: a guardianship, or a class that it owns.
-- Grain: one row an account. Key: account_id.
-- Inputs: planned.account_changes, planned.guardianship_changes, planned.class_changes, planned_steps.losing_accounts,
-- planned_steps.protected_accounts, platform_guardianships, platform_classes, provisioned.account_rows.
-- Outputs: planned_steps.kept_roles, planned.account_changes, planned.protected_records.

create table planned_steps.kept_roles as
with reasons as (
    select
        account_id,
        unnest(['teacher', 'guardian', 'student']) as "role",
        rule,
        reason_code,
        "file",
        line
    from planned_steps.protected_accounts
    union all
    select
        guardianship.guardian_account_id,
        'guardian',
        'kept_roles',
        'student_row_names_guardian',
        null,
        null
    from platform_guardianships as guardianship
    anti join planned.guardianship_changes as change
        on
            guardianship.guardian_account_id = change.guardian_account_id
            and guardianship.student_account_id = change.student_account_id
            and change."action" = 'remove'
    where guardianship.removed_at is null
    union all
    select
        class.owner_account_id,
        'teacher',
        'kept_roles',
        'owner_of_class',
        null,
        null
    from platform_classes as class
    anti join planned.class_changes as change
        on class.class_id = change.class_id and change."action" in ('remove', 'update')
    where class.removed_at is null
)

select
    losing.change_id,
    losing.account_id,
    list(distinct reason."role") as roles,
    min({
        'rule': reason.rule, 'reason_code': reason.reason_code, 'file': reason."file", 'line': reason.line
    }) filter (where reason.rule != 'kept_roles') as protection
from planned_steps.losing_accounts as losing
inner join planned.account_changes as change on losing.change_id = change.change_id and change."action" = 'update'
inner join reasons as reason
    on
        losing.account_id = reason.account_id
        and list_contains(string_split(change.old_roles, '+'), reason."role")
        -- A record needs the role only: the teacher or student may have a new id.
        and (
            reason.rule != 'kept_roles'
            or not list_contains(string_split(change.new_roles, '+'), reason."role")
        )
-- An id that another account gets by its own row is not lost.
anti join provisioned.account_rows as other
    on
        losing.account_id != other.account_id
        and (
            (reason."role" = 'teacher' and losing.teacher_id = other.teacher_id)
            or (reason."role" = 'student' and losing.student_id = other.student_id)
        )
group by losing.change_id, losing.account_id;

insert into planned.protected_records
select
    'accounts' as kind,
    kept.account_id as "key",
    unnest(kept.protection)
from planned_steps.kept_roles as kept
where kept.protection is not null;

update planned.account_changes
set
    new_roles = array_to_string(
        list_filter(
            ['teacher', 'guardian', 'student'],
            lambda known: list_contains(kept.roles, known) or list_contains(string_split(new_roles, '+'), known)
        ), '+'
    ),
    new_teacher_id = if(list_contains(kept.roles, 'teacher'), old_teacher_id, new_teacher_id),
    new_student_id = if(list_contains(kept.roles, 'student'), old_student_id, new_student_id),
    new_dob = if(list_contains(kept.roles, 'student') and new_student_id is null, old_dob, new_dob),
    new_grade = if(list_contains(kept.roles, 'student') and new_student_id is null, old_grade, new_grade)
from planned_steps.kept_roles as kept
where account_changes.change_id = kept.change_id;
