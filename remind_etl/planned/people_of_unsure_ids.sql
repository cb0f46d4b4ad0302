-- The teachers and students whose id may be another person's: it belonged to another one before, or it is the delivered id in
-- another spelling. Then both the delivered account and the new one are here.
-- Grain: one row an account and kind of doubt. Key: account_id, is_respelled.
-- Inputs: planned_steps.reused_people, planned_steps.respelled_ids, planned.account_changes.
-- Outputs: planned_steps.people_of_unsure_ids.

create table planned_steps.people_of_unsure_ids as
select
    account_id,
    false as is_respelled
from planned_steps.reused_people
union
select
    account_id,
    true
from planned_steps.respelled_ids
where account_id is not null
union
select
    change.account_id,
    true
from planned.account_changes as change
inner join planned_steps.respelled_ids as respelled
    on if(respelled.record_type = 'student', change.new_student_id, change.new_teacher_id) = respelled.new_id
where respelled.record_type != 'class';
