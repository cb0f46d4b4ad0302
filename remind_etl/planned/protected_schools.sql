-- The schools whose people and classes stay: the school waits to be linked, or its row was left out.
-- waiting_schools has all schools that wait to be linked, and protected_schools has delivered schools only.
-- Grain: one row a school. Key: school_id.
-- Inputs: mapped.schools, planned_steps.delivered_schools, planned_steps.left_out_tokens.
-- Outputs: planned_steps.waiting_schools, planned_steps.protected_schools.

create table planned_steps.waiting_schools as
select school_id
from mapped.schools
where link not in ('confirmed', 'ignored');

create table planned_steps.protected_schools as
with delivered as (
    select distinct school_id
    from planned_steps.delivered_schools
),

rejected_rows as (
    select
        cell as school_id,
        min(line) as line
    from planned_steps.left_out_tokens
    where "file" = 'schools.csv'
    group by cell
)

select
    school_id,
    'school_waits' as reason_code,
    null::varchar as "file",
    null::bigint as line
from delivered
semi join planned_steps.waiting_schools using (school_id)
union all
select
    rejected.school_id,
    'school_row_rejected',
    'schools.csv',
    rejected.line
from rejected_rows as rejected
semi join delivered using (school_id)
anti join mapped.schools as mapped using (school_id);
