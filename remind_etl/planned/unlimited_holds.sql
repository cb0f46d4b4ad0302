-- The holds that no count limits: `cut_files`, `reused_ids` and `new_guardians`.
-- Grain: one row a hold. Key: kind. Inputs: planned.waits, planned_steps.new_guardianships, platform_accounts.
-- Outputs: planned.holds.

insert into planned.holds
select
    hold as kind,
    count(distinct change_id) as records,
    count(distinct change_id) as delivered,
    0 as allowed,
    true as is_held,
    false as is_approved
from planned.waits
where hold in ('cut_files', 'reused_ids')
group by hold
union all
select
    'new_guardians',
    count(distinct student_account_id),
    (select count(*) from platform_accounts as student where student.removed_at is null and student.student_id is not null),
    0,
    true,
    false
from planned_steps.new_guardianships
having count(*) > 0;
