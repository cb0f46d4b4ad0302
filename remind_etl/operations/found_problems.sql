-- What the pages ask about the published problems of an upload. Inputs: problems, problem_marks (published tables).

-- One row a severity, code, file, column and remedy, as in problem_groups but only of $school and $file if they are given;
-- $school is blank for problems that belong to no school. Key: severity, code, file, column, fix.
select
    severity,
    code,
    "file",
    "column",
    null as shape,
    count(*) as problems,
    sum("rows")::bigint as "rows",
    min(line, 5) as lines,
    min(message) as message,
    fix
from problems
where ($school is null or coalesce(school_id, '') = $school) and ($file is null or "file" = $file)
group by severity, code, "file", "column", fix
order by list_position(['blocker', 'error', 'alert', 'notice'], severity) asc, "rows" desc, code asc, "file" asc, "column" asc;

-- One row a school with blockers, errors or alerts, worst first; null is what belongs to none. Key: school_id.
select
    school_id,
    count(*) filter (where severity = 'blocker') as blockers,
    count(*) filter (where severity = 'error') as errors,
    count(*) filter (where severity = 'alert') as alerts
from problems
where severity != 'notice'
group by school_id
order by blockers desc, errors desc, alerts desc, school_id asc;

-- One row a code and file: problems of the upload $drop_id that the upload before did not have, that both have, and that
-- only the one before had. Key: code, file.
with marks as (
    select
        code,
        "file",
        mark,
        bool_or(drop_id = $drop_id) as is_now,
        bool_or(drop_id != $drop_id) as was_before
    from problem_marks
    group by code, "file", mark
)

select
    code,
    "file",
    count(*) filter (where not was_before) as "new",
    count(*) filter (where is_now and was_before) as still,
    count(*) filter (where not is_now) as fixed
from marks
group by code, "file"
order by code, "file";
