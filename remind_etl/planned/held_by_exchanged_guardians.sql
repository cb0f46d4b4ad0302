-- Hold `guardians`, whatever the limits of removals: two students or more lose their guardian and get a guardian of another
-- student, who leaves that one. Columns of guardians that slipped to other rows look so, and each family would read of a child
-- of strangers.
-- Grain: one row a change; one row the hold. Key: hold, change_id; kind.
-- Inputs: planned.guardianship_changes, platform_accounts. Outputs: planned.waits, planned.holds.

insert into planned.waits
with people_who_stay as (
    select account_id
    from platform_accounts
    where removed_at is null
),

ties as (
    select
        change_id,
        guardian_account_id,
        student_account_id,
        "action" = 'remove' as is_lost
    from planned.guardianship_changes
    where
        "action" in ('create', 'revive', 'remove')
        and guardian_account_id in (from people_who_stay)
        and student_account_id in (from people_who_stay)
),

losing_guardians as (
    select guardian_account_id
    from ties
    where is_lost
),

losing_students as (
    select student_account_id
    from ties
    where is_lost
),

new_ties as (
    select ties.*
    from ties
    semi join losing_guardians as guardian on ties.guardian_account_id = guardian.guardian_account_id
    semi join losing_students as student on ties.student_account_id = student.student_account_id
    where not ties.is_lost
),

several_students as (
    select count(distinct student_account_id) > 1 as are_exchanged
    from new_ties
),

waiting as (
    select change_id
    from new_ties
    union
    select ties.change_id
    from ties
    where
        ties.is_lost
        and (
            ties.student_account_id in (select tie.student_account_id from new_ties as tie)
            or ties.guardian_account_id in (select tie.guardian_account_id from new_ties as tie)
        )
)

select
    'guardians' as hold,
    waiting.change_id,
    'guardians_exchanged' as reason_code
from waiting
cross join several_students
where several_students.are_exchanged
on conflict do nothing;

update planned.holds
set is_held = true
where
    kind = 'guardians'
    and exists (
        from planned.waits as waiting
        where waiting.hold = 'guardians' and waiting.reason_code in ('guardians_exchanged', 'guardian_filled_down')
    );
