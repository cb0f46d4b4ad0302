-- Hold `reused_ids`: the changes of people and classes whose id is the delivered one in another spelling, or stands in the file
-- of the other role. Those of the delivered record wait, and those of the new one, with its new guardians and the classes that
-- it would own under the new id. What was delivered stays, and nobody is created beside it.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned_steps.respelled_ids, planned_steps.people_of_unsure_ids, planned_steps.changes_of_accounts,
-- planned.account_changes, planned.guardianship_changes, planned.class_changes, planned.class_membership_changes,
-- planned.waits. Outputs: planned.waits.

insert into planned.waits
with people as (
    select account_id
    from planned_steps.people_of_unsure_ids
    where reason_code != 'id_reused'
),

new_guardians as (
    select guardianship.guardian_account_id as account_id
    from planned.guardianship_changes as guardianship
    inner join planned.account_changes as account
        on
            guardianship.guardian_account_id = account.account_id
            and (
                account."action" in ('create', 'link', 'revive')
                or (account."action" = 'update' and not contains(account.old_roles, 'guardian'))
            )
    group by guardianship.guardian_account_id
    having bool_and(guardianship.student_account_id in (from people))
),

class_ids as (
    select old_id as class_id
    from planned_steps.respelled_ids
    where record_type = 'class'
    union
    select new_id
    from planned_steps.respelled_ids
    where record_type = 'class'
),

classes_of_people as (
    select
        change_id,
        class_id,
        "action"
    from planned.class_changes
    where
        "action" != 'remove'
        and new_owner_account_id in (from people)
        and new_owner_teacher_id is distinct from old_owner_teacher_id
),

waiting as (
    select change_id
    from planned_steps.changes_of_accounts
    where account_id in (from people) or account_id in (from new_guardians)
    union
    select change_id
    from planned.guardianship_changes
    where student_account_id in (from people) or guardian_account_id in (from people)
    union
    select change_id
    from planned.class_changes
    where class_id in (from class_ids)
    union
    select change_id
    from planned.class_membership_changes
    where class_id in (from class_ids) or account_id in (from people)
    union
    select change_id
    from classes_of_people
    union
    select membership.change_id
    from planned.class_membership_changes as membership
    inner join classes_of_people as class on membership.class_id = class.class_id
    where class."action" != 'update' or membership."role" = 'owner'
)

select
    'reused_ids' as hold,
    change_id,
    'id_unsure' as reason_code
from waiting
anti join planned.waits as held on held.hold = 'reused_ids' and waiting.change_id = held.change_id;
