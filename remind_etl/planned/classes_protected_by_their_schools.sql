-- A class stays if its school waits to be linked or the school's row was left out, and if the row of the class is at a
-- school that waits.
-- Grain: one row a change and reason. Key: change_id, reason_code.
-- Inputs: planned.class_changes, valid.classes, planned_steps.protected_schools, planned_steps.waiting_schools.
-- Outputs: planned_steps.protected_changes.

insert into planned_steps.protected_changes
with removals as (
    select *
    from planned.class_changes
    where "action" = 'remove'
)

select
    removal.change_id,
    'classes_protected_by_their_schools' as rule,
    school.reason_code,
    school."file",
    school.line
from removals as removal
inner join planned_steps.protected_schools as school on removal.old_school_id = school.school_id
union all
select
    removal.change_id,
    'classes_protected_by_their_schools',
    'class_row_waits',
    'classes.csv',
    class.line
from removals as removal
inner join valid.classes as class on removal.class_id = class.class_id
semi join planned_steps.waiting_schools as waiting on class.school_id = waiting.school_id;
