-- The teachers and students whose id may be another person's, with the reason. It belonged to another one before (`id_reused`).
-- Or it is the delivered id in another spelling, or it stands in the file of the other role: then the delivered account and the
-- new one are here, and neither changes.
-- Grain: one row an account and reason. Key: account_id, reason_code.
-- Inputs: planned_steps.reused_people, planned_steps.respelled_ids, planned_steps.misplaced_people, planned.account_changes.
-- Outputs: planned_steps.people_of_unsure_ids.

create table planned_steps.people_of_unsure_ids as
select
    account_id,
    'id_reused' as reason_code
from planned_steps.reused_people
union
select
    account_id,
    'id_respelled'
from planned_steps.respelled_ids
where account_id is not null
union
select
    change.account_id,
    'id_respelled'
from planned.account_changes as change
inner join planned_steps.respelled_ids as respelled
    on if(respelled.record_type = 'student', change.new_student_id, change.new_teacher_id) = respelled.new_id
where respelled.record_type != 'class'
union
select
    unnest([account_id, other_account_id]),
    'row_in_other_file'
from planned_steps.misplaced_people;
