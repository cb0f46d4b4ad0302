-- Hold `reused_ids`: a class does not go to another teacher while one more row of classes.csv names its delivered owner. Some
-- systems write a row for each teacher of a class, in any order, and only the first row counts. The memberships of both
-- teachers wait with the class.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned.class_changes, provisioned.account_rows, raw.classes. Outputs: planned.waits.

insert into planned.waits
select distinct
    'reused_ids' as hold,
    class.change_id,
    'another_row_names_owner' as reason_code
from planned.class_changes as class
inner join provisioned.account_rows as owner on class.old_owner_account_id = owner.account_id
inner join raw.classes as sent on class.class_id = sent.class_id and owner.teacher_id = sent.teacher_id
where class."action" = 'update' and class.new_owner_account_id != class.old_owner_account_id
on conflict do nothing;
