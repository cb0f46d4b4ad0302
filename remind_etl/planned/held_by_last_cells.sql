-- Hold `cut_files`: the last cell of a file without the line end of the earlier file may be cut too. `P12` is then read as
-- `P1`. So the membership of the last row of enrollments.csv waits, and the new name of the last class of classes.csv.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned_steps.cut_files, planned.class_changes, planned.class_membership_changes, raw.classes, raw.enrollments.
-- Outputs: planned.waits.

insert into planned.waits
with unended_files as (
    select "file"
    from planned_steps.cut_files
    where reason_code = 'file_lacks_line_end'
),

last_enrollments as (
    select
        class_id,
        user_id
    from raw.enrollments
    where exists (from unended_files where "file" = 'enrollments.csv')
    order by line desc
    limit 1
),

last_classes as (
    select class_id
    from raw.classes
    where exists (from unended_files where "file" = 'classes.csv')
    order by line desc
    limit 1
),

changes_of_last_cells as (
    select membership.change_id
    from planned.class_membership_changes as membership
    semi join last_enrollments as last_row
        on membership.class_id = last_row.class_id and membership.new_record_id = last_row.user_id
    where membership."action" in ('create', 'revive')
    union all
    select class.change_id
    from planned.class_changes as class
    semi join last_classes as last_row on class.class_id = last_row.class_id
    where class."action" = 'update'
)

select
    'cut_files' as hold,
    change_id,
    'file_lacks_line_end' as reason_code
from changes_of_last_cells
on conflict do nothing;
