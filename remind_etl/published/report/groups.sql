-- The groups of problems without the shapes of their values, in the same order. Key: code, file, column, fix.
-- Input: report_groups.

select
    severity,
    code,
    "file",
    "column",
    null::varchar as shape,
    sum(problems)::bigint as problems,
    sum("rows")::bigint as "rows",
    sum("share") as "share",
    list_sort(flatten(list(lines)))[:5] as lines,
    min(message) as message,
    fix
from report_groups
group by severity, code, "file", "column", fix
order by
    list_position(['blocker', 'error', 'alert', 'notice'], severity) asc, sum("rows") > 0 asc, "rows" desc,
    valid.place(code) asc, "file" asc, "column" asc, fix asc;
