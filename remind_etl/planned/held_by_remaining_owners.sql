-- Hold `reused_ids`: a class whose teacher_id is not in teachers.csv does not go to a co-teacher while its delivered owner is
-- still a teacher. The owner may have another id now, or classes.csv is older than teachers.csv. The memberships of both
-- teachers wait with the class.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned.class_changes, valid.classes, provisioned.teacher_persons, provisioned.account_rows. Outputs: planned.waits.

insert into planned.waits
select
    'reused_ids' as hold,
    class.change_id,
    'owner_still_teaches' as reason_code
from planned.class_changes as class
inner join valid.classes as sent on class.class_id = sent.class_id
inner join provisioned.account_rows as owner on class.old_owner_account_id = owner.account_id
anti join provisioned.teacher_persons as listed on sent.teacher_id = listed.teacher_id
where
    class."action" = 'update'
    and class.new_owner_account_id != class.old_owner_account_id
    and owner.teacher_id is not null
on conflict do nothing;
