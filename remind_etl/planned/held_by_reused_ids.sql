-- Hold `reused_ids`: the changes of a person or class whose id belonged to another one, with the new guardians of such a
-- student, and the children and classes that such an account would get. What was delivered stays. A teacher or student who
-- would become a guardian of such students only waits too: else the account gets a contact point of their rows. The place of
-- an owner goes with the class: a class that another teacher gets leaves such a person.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned_steps.reused_people, provisioned_steps.reused_class_ids, planned_steps.changes_of_accounts,
-- planned.account_changes, planned.guardianship_changes, planned.class_changes, planned.class_membership_changes.
-- Outputs: planned.waits.

insert into planned.waits
with waiting_people as (
    select
        account_id,
        true as waits_with_classes
    from planned_steps.reused_people
    union all
    select
        account.account_id,
        account."action" != 'update'
    from planned.guardianship_changes as guardianship
    inner join planned.account_changes as account
        on
            guardianship.guardian_account_id = account.account_id
            and (
                account."action" in ('create', 'link', 'revive')
                or (account."action" = 'update' and not contains(account.old_roles, 'guardian'))
            )
    group by account.account_id, account."action"
    having bool_and(guardianship.student_account_id in (select reused.account_id from planned_steps.reused_people as reused))
),

people as (
    select account_id
    from waiting_people
    where waits_with_classes
),

changed_classes as (
    select class.class_id
    from planned.class_changes as class
    semi join provisioned_steps.reused_class_ids as reused on class.class_id = reused.class_id
    where class."action" in ('update', 'revive')
),

classes_of_people as (
    select
        class_id,
        "action"
    from planned.class_changes
    where new_owner_account_id in (from people) and new_owner_account_id is distinct from old_owner_account_id
),

waiting as (
    select change_id
    from planned_steps.changes_of_accounts
    where account_id in (select person.account_id from waiting_people as person)
    union
    select change_id
    from planned.guardianship_changes
    where student_account_id in (from people) or guardian_account_id in (from people)
    union
    select change_id
    from planned.class_changes
    where class_id in (from changed_classes) or class_id in (select class.class_id from classes_of_people as class)
    union
    select change_id
    from planned.class_membership_changes
    where class_id in (from changed_classes) or (account_id in (from people) and "role" != 'owner')
    union
    select membership.change_id
    from planned.class_membership_changes as membership
    inner join classes_of_people as class on membership.class_id = class.class_id
    where class."action" != 'update' or membership."role" = 'owner'
)

select
    'reused_ids' as hold,
    change_id,
    'id_reused' as reason_code
from waiting;
