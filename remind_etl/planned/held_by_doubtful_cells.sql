-- Hold `cut_files`: a row that may be cut in a cell says nothing yet. So the membership of such a row of enrollments.csv waits,
-- and the new values of the class of such a row of classes.csv.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned_steps.doubtful_rows, planned.class_changes, planned.class_membership_changes, raw.classes,
-- raw.enrollments. Outputs: planned.waits.

insert into planned.waits
with doubtful_enrollments as (
    select
        enrollment.class_id,
        enrollment.user_id,
        doubtful.reason_code
    from planned_steps.doubtful_rows as doubtful
    inner join raw.enrollments as enrollment on doubtful.line = enrollment.line
    where doubtful."file" = 'enrollments.csv'
),

doubtful_classes as (
    select
        class.class_id,
        doubtful.reason_code
    from planned_steps.doubtful_rows as doubtful
    inner join raw.classes as class on doubtful.line = class.line
    where doubtful."file" = 'classes.csv'
)

select
    'cut_files' as hold,
    membership.change_id,
    doubtful.reason_code
from planned.class_membership_changes as membership
inner join doubtful_enrollments as doubtful
    on membership.class_id = doubtful.class_id and membership.new_record_id = doubtful.user_id
where membership."action" in ('create', 'revive')
union all
select
    'cut_files',
    class.change_id,
    doubtful.reason_code
from planned.class_changes as class
inner join doubtful_classes as doubtful on class.class_id = doubtful.class_id
where class."action" = 'update'
on conflict do nothing;
