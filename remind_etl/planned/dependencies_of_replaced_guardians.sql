-- If a student loses every delivered guardian and gets others, this is one change: while the loss waits, so do the new guardians,
-- and while a new one waits, so does the loss. Else a shifted column would make strangers the guardians of many students before a
-- person has looked, or leave students without any guardian until then. The same is true of guardians who may be filled down,
-- whatever guardians the student keeps.
-- Grain: one row a guardianship; one row an account; one row a change and a change on which it depends. Key: change_id;
-- account_id; none.
-- Inputs: planned.guardianship_changes, planned.account_changes, planned.school_member_changes,
-- planned_steps.filled_guardianships, platform_guardianships, provisioned.guardianships, provisioned.school_members.
-- Outputs: planned_steps.replacing_guardianships, planned_steps.replacing_accounts, planned_steps.dependencies.

create table planned_steps.replacing_guardianships as
with removals as (
    select
        change_id,
        guardian_account_id,
        student_account_id
    from planned.guardianship_changes
    where "action" = 'remove'
),

students_without_delivered_guardian as (
    select removal.student_account_id
    from removals as removal
    inner join platform_guardianships as delivered
        on removal.student_account_id = delivered.student_account_id and delivered.removed_at is null
    group by removal.student_account_id
    having
        count(distinct removal.guardian_account_id) = count(distinct delivered.guardian_account_id)
)

select
    added.change_id,
    added.guardian_account_id,
    added.student_account_id,
    list(removal.change_id) filter (where removal.change_id is not null) as removals
from planned.guardianship_changes as added
left join removals as removal using (student_account_id)
where
    added."action" in ('create', 'revive')
    and (
        added.student_account_id in (from students_without_delivered_guardian)
        or added.change_id in (select filled.change_id from planned_steps.filled_guardianships as filled)
    )
group by added.change_id, added.guardian_account_id, added.student_account_id;

-- The new accounts of guardians who are there for such students only.
create table planned_steps.replacing_accounts as
select
    account.account_id,
    account.change_id as account_change_id
from planned.account_changes as account
inner join provisioned.guardianships as guardianship on account.account_id = guardianship.guardian_account_id
left join planned_steps.replacing_guardianships as replacing
    on
        guardianship.guardian_account_id = replacing.guardian_account_id
        and guardianship.student_account_id = replacing.student_account_id
where account."action" not in ('update', 'remove') and account.new_roles = 'guardian'
group by account.account_id, account.change_id
having bool_and(replacing.change_id is not null);

insert into planned_steps.dependencies
with schools_of_replacing as (
    select
        guardianship.guardian_account_id as account_id,
        member.school_id,
        list(replacing.change_id) as guardianships
    from provisioned.guardianships as guardianship
    semi join planned_steps.replacing_guardianships as guardian
        on guardianship.guardian_account_id = guardian.guardian_account_id
    inner join provisioned.school_members as member
        on guardianship.student_account_id = member.account_id and member."role" = 'student'
    left join planned_steps.replacing_guardianships as replacing
        on
            guardianship.guardian_account_id = replacing.guardian_account_id
            and guardianship.student_account_id = replacing.student_account_id
    group by guardianship.guardian_account_id, member.school_id
    having bool_and(replacing.change_id is not null)
)

select
    change_id,
    unnest(removals) as on_change_id,
    false as is_part,
    'replaced_guardian_held' as reason_code
from planned_steps.replacing_guardianships
union all
select
    unnest(removals),
    change_id,
    false,
    'new_guardian_waits'
from planned_steps.replacing_guardianships
union all
select
    account.account_change_id,
    replacing.change_id,
    false,
    'replaced_guardian_held'
from planned_steps.replacing_accounts as account
inner join planned_steps.replacing_guardianships as replacing on account.account_id = replacing.guardian_account_id
union all
select
    member.change_id,
    unnest(school.guardianships),
    false,
    'replaced_guardian_held'
from planned.school_member_changes as member
inner join schools_of_replacing as school on member.account_id = school.account_id and member.school_id = school.school_id
where member."action" in ('create', 'revive') and member."role" = 'guardian';
