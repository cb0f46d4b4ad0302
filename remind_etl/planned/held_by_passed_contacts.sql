-- Hold `contact points`, whatever the limits are: an email or phone passes from one account to another, both accounts stay,
-- and they are people of different names and families. Cells that moved to other rows look so: each person would read what is
-- meant for a stranger. One family may pass on what it has: a student and a guardian, or two guardians of a student. But a
-- student does not get what a guardian has who leaves the student with it: it stands in the wrong column. Cells do not move
-- between teachers.csv and students.csv, so a teacher and a guardian must give each other something. That a file is whole says
-- nothing of this.
-- Grain: one row a change; one row the hold. Key: hold, change_id; kind.
-- Inputs: planned.contact_point_changes, planned.guardianship_changes, planned.waits, planned_steps.lost_roles,
-- platform_accounts, platform_guardianships.
-- Outputs: planned.waits, planned.holds.

insert into planned.waits
with delivered_accounts as (
    select
        account.account_id,
        account.first_name,
        account.last_name,
        contains(account.roles, 'teacher') as is_teacher,
        lost.account_id is null as stays
    from platform_accounts as account
    left join planned_steps.lost_roles as lost on account.account_id = lost.account_id and lost.is_removed
    where account.removed_at is null
),

leaving_guardians as (
    select
        guardian_account_id,
        student_account_id
    from planned.guardianship_changes
    where "action" = 'remove'
),

passed_contacts as (
    select
        contact.change_id,
        contact.old_account_id,
        contact.new_account_id,
        giver.is_teacher = taker.is_teacher as is_of_one_file
    from planned.contact_point_changes as contact
    inner join delivered_accounts as giver on contact.old_account_id = giver.account_id
    inner join delivered_accounts as taker on contact.new_account_id = taker.account_id and taker.stays
    left join leaving_guardians as leaving
        on giver.account_id = leaving.guardian_account_id and taker.account_id = leaving.student_account_id
    where
        contact."action" = 'update'
        and giver.account_id != taker.account_id
        and (giver.stays or leaving.guardian_account_id is not null)
        and not valid.is_one_name(giver.first_name, giver.last_name, taker.first_name, taker.last_name)
        and contact.change_id not in (select waiting.change_id from planned.waits as waiting where waiting.hold != 'cut_files')
),

members_of_families as (
    select
        student_account_id as family,
        unnest([student_account_id, guardian_account_id]) as account_id
    from platform_guardianships as guardianship
    anti join leaving_guardians as leaving
        on
            guardianship.guardian_account_id = leaving.guardian_account_id
            and guardianship.student_account_id = leaving.student_account_id
    where guardianship.removed_at is null
),

passed_in_families as (
    select passed.change_id
    from passed_contacts as passed
    inner join members_of_families as giver on passed.old_account_id = giver.account_id
    inner join members_of_families as taker on passed.new_account_id = taker.account_id and giver.family = taker.family
)

select
    'contact points' as hold,
    change_id,
    'contact_point_passed' as reason_code
from passed_contacts
where
    change_id not in (select within.change_id from passed_in_families as within)
    and (
        is_of_one_file
        or exists (
            from passed_contacts as back
            where
                back.old_account_id = passed_contacts.new_account_id
                and back.new_account_id = passed_contacts.old_account_id
        )
    );

update planned.holds
set is_held = true
where
    kind = 'contact points'
    and exists (
        from planned.waits as waiting
        where waiting.hold = 'contact points' and waiting.reason_code = 'contact_point_passed'
    );
