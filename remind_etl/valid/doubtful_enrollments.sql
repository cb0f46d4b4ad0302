-- The rows of enrollments.csv whose class or person cannot be used, and those that repeat others. A spreadsheet's error,
-- such as #N/A, is no id. The people of these rows are looked for.
-- Grain: one row a line. Key: line. Inputs: valid_steps.enrollments_typed.
-- Outputs: valid_steps.enrollments_doubtful, valid_steps.enrollments_asked.

create or replace table valid_steps.enrollments_doubtful as
with several as (
    select
        class_line,
        member
    from valid_steps.enrollments_typed
    where class_line is not null and member is not null
    group by class_line, member
    having count(*) > 1
)

select
    typed.* replace (valid.id(typed.class_id) as class_id),
    typed.class_id as class_sent,
    coalesce(typed.user_id, typed.error_for_id) as user_sent,
    false as is_repeated
from valid_steps.enrollments_typed as typed
where typed.class_line is null or typed.member is null
union all
select
    repeated.*,
    repeated.class_id,
    repeated.user_id,
    true
from valid_steps.enrollments_typed as repeated
semi join several on repeated.class_line = several.class_line and repeated.member = several.member
qualify row_number() over (partition by repeated.class_line, repeated.member order by repeated.line) > 1;

create or replace table valid_steps.enrollments_asked as
select distinct user_id as id
from valid_steps.enrollments_doubtful;
