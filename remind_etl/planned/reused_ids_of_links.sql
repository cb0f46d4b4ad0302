-- A new teacher who gets the id of a linked account has a reused id too, in an account of their own.
-- Grain: one row an account. Key: account_id.
-- Inputs: provisioned_steps.passed_links, planned.account_changes, planned_steps.reused_people.
-- Outputs: planned_steps.reused_people.

insert into planned_steps.reused_people
select distinct
    gain.account_id,
    'teacher' as record_type,
    gain.new_teacher_id as record_id
from planned.account_changes as gain
inner join planned.account_changes as loss on gain.new_teacher_id = loss.old_teacher_id
semi join provisioned_steps.passed_links as passed on loss.account_id = passed.account_id
anti join planned_steps.reused_people as known on gain.account_id = known.account_id
where
    gain."action" != 'remove'
    and gain.new_teacher_id is distinct from gain.old_teacher_id
    and loss.new_teacher_id is distinct from loss.old_teacher_id;
