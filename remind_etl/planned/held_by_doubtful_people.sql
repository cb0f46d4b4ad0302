-- Hold `cut_files`: if a row of teachers.csv or students.csv may be cut in a cell, `dee@example.org` is read as the address of
-- somebody else. So all changes of the person of that row wait, with those of the guardians of a student.
-- Grain: one row a change; one row an account. Key: change_id; account_id.
-- Inputs: planned_steps.doubtful_rows, planned_steps.changes_of_accounts, planned.account_changes,
-- planned.guardianship_changes, planned.class_membership_changes, provisioned.accounts, provisioned.guardianships.
-- Outputs: planned.waits, planned_steps.new_accounts_of_doubtful_rows.

insert into planned.waits
with people as (
    select
        account.account_id,
        doubtful.reason_code
    from provisioned.accounts as account
    inner join planned_steps.doubtful_rows as doubtful
        on doubtful."file" = 'teachers.csv' and account.teacher_id = doubtful.person_id
    union
    select
        account.account_id,
        doubtful.reason_code
    from provisioned.accounts as account
    inner join planned_steps.doubtful_rows as doubtful
        on doubtful."file" = 'students.csv' and account.student_id = doubtful.person_id
),

guardians as (
    select
        tie.guardian_account_id as account_id,
        doubtful.reason_code
    from provisioned.guardianships as tie
    inner join planned_steps.doubtful_rows as doubtful
        on doubtful."file" = 'students.csv' and tie.student_id = doubtful.person_id
),

waiting as (
    select
        change.change_id,
        person.reason_code
    from planned_steps.changes_of_accounts as change
    inner join (
        from people
        union
        from guardians
    ) as person on change.account_id = person.account_id
    union all
    select
        guardianship.change_id,
        person.reason_code
    from planned.guardianship_changes as guardianship
    inner join people as person on guardianship.student_account_id = person.account_id
    union all
    select
        membership.change_id,
        person.reason_code
    from planned.class_membership_changes as membership
    inner join people as person on membership.account_id = person.account_id
)

select
    'cut_files' as hold,
    change_id,
    min(reason_code) as reason_code
from waiting
group by change_id
on conflict do nothing;

create table planned_steps.new_accounts_of_doubtful_rows as
select
    account.account_id,
    account.change_id as account_change_id
from planned.account_changes as account
semi join planned.waits as waiting on account.change_id = waiting.change_id and waiting.hold = 'cut_files'
where account."action" not in ('update', 'remove');
