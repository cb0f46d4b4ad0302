-- A class whose teacher_id is not in teachers.csv and that has a co-teacher: the problem says that the co-teacher owns the
-- class only if the platform has it so after this plan. The change may wait, and the co-teacher may have no account.
-- Grain: one row a class; one row a problem. Key: class_id; none.
-- Inputs: valid.classes, provisioned.classes, planned.class_changes, platform_classes.
-- Outputs: planned_steps.classes_of_co_teachers, valid.findings.

create table planned_steps.classes_of_co_teachers as
select class.class_id
from provisioned.classes as class
inner join valid.classes as sent on class.class_id = sent.class_id
left join planned.class_changes as change on class.class_id = change.class_id and change.state = 'go'
left join platform_classes as delivered on class.class_id = delivered.class_id and delivered.removed_at is null
where
    class.owner_teacher_id != sent.teacher_id
    and class.owner_account_id = coalesce(change.new_owner_account_id, delivered.owner_account_id);

-- Another plan of the same files starts from what they say.
update valid.findings
set code = 'class_teacher_not_listed'
where code = 'class_teacher_gone';

update valid.findings
set code = 'class_teacher_gone'
where
    code = 'class_teacher_not_listed'
    and record_id in (select class.class_id from planned_steps.classes_of_co_teachers as class);
