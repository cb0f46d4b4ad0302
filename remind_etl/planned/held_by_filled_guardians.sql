-- Hold `guardians`, whatever the limits of removals: students of two families or more lose every delivered guardian and get the
-- same one. The cells of a guardian that were filled down over other rows look so. Students who lose a guardian in common are
-- one family. While the new guardian waits, so does the loss.
-- Grain: one row a change. Key: hold, change_id.
-- Inputs: planned_steps.replacing_guardianships, planned.guardianship_changes. Outputs: planned.waits.

insert into planned.waits
with removals as (
    select
        guardian_account_id,
        student_account_id,
        unnest(removals) as change_id
    from planned_steps.replacing_guardianships
),

losses as (
    select
        replaced.guardian_account_id,
        replaced.student_account_id,
        removal.guardian_account_id as lost_guardian
    from removals as replaced
    inner join planned.guardianship_changes as removal on replaced.change_id = removal.change_id
),

students_of_lost_guardians as (
    select
        guardian_account_id,
        lost_guardian,
        count(distinct student_account_id) as students
    from losses
    group by guardian_account_id, lost_guardian
),

guardians_of_several_families as (
    select losses.guardian_account_id
    from losses
    inner join students_of_lost_guardians as lost
        on losses.guardian_account_id = lost.guardian_account_id and losses.lost_guardian = lost.lost_guardian
    group by losses.guardian_account_id
    having max(lost.students) < count(distinct losses.student_account_id)
)

select
    'guardians' as hold,
    replacing.change_id,
    'guardian_filled_down' as reason_code
from planned_steps.replacing_guardianships as replacing
semi join guardians_of_several_families as guardian on replacing.guardian_account_id = guardian.guardian_account_id
on conflict do nothing;
