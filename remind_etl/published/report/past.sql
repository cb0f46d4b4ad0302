-- What is published of uploads so far, so that pages can compare. Inputs: before_uploads, before_marks (what was published
-- last), this_upload, valid.problems.

-- One row an upload so far, at most the newest $most. Key: drop_id.
create or replace temp view report_uploads as
select
    drop_id,
    arrived_at,
    accounts,
    errors,
    alerts,
    is_blocked
from (
    select * from this_upload
    union all by name
    select * from before_uploads as earlier
    where earlier.drop_id not in (select this.drop_id from this_upload as this)
)
order by drop_id desc
limit getvariable('most_uploads');

-- One row a problem of this upload and of the one before it. Equal problems of both have equal marks. A problem that
-- names no record is told by its line. Key: drop_id, file, code, mark.
create or replace temp view report_problem_marks as
with upload_before as (
    select max(earlier.drop_id) as drop_id
    from before_uploads as earlier
    where earlier.drop_id not in (select this.drop_id from this_upload as this)
),

this_marks as (
    select distinct
        this.drop_id,
        problem.severity,
        problem."file",
        problem.code,
        md5(concat_ws(chr(9), problem."column", coalesce(problem.record_id, problem.line::varchar))) as mark
    from valid.problems as problem
    cross join this_upload as this
    where problem.severity in ('blocker', 'error', 'alert')
)

select * from this_marks
union all
select earlier.* from before_marks as earlier
where earlier.drop_id in (select upload_before.drop_id from upload_before);
