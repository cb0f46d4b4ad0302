-- Hold `cut_files`: a row that may be cut in a cell says nothing yet. So the membership of such a row of enrollments.csv waits,
-- and the class of such a row of classes.csv: its new values, or a new class with all its memberships.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned_steps.doubtful_rows, planned.class_changes, planned.class_membership_changes. Outputs: planned.waits.

insert into planned.waits
with doubtful_classes as (
    select
        class.change_id,
        class.class_id,
        class."action",
        doubtful.reason_code
    from planned.class_changes as class
    inner join planned_steps.doubtful_rows as doubtful
        on doubtful."file" = 'classes.csv' and class.class_id = doubtful.class_id
    where class."action" != 'remove'
)

select
    'cut_files' as hold,
    membership.change_id,
    doubtful.reason_code
from planned.class_membership_changes as membership
inner join planned_steps.doubtful_rows as doubtful
    on
        doubtful."file" = 'enrollments.csv'
        and membership.class_id = doubtful.class_id
        and membership.new_record_id = doubtful.person_id
where membership."action" in ('create', 'revive')
union all
select
    'cut_files',
    change_id,
    reason_code
from doubtful_classes
union all
select
    'cut_files',
    membership.change_id,
    class.reason_code
from planned.class_membership_changes as membership
inner join doubtful_classes as class on membership.class_id = class.class_id
where class."action" != 'update'
on conflict do nothing;
