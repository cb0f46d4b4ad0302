-- The lines of a file at which records need mending, in order, and whether a quote is malformed there. Input: report_rows.

select
    line,
    bool_or(code = 'stray_quote') as has_stray_quote
from report_rows
where "file" = $file
group by line
order by line;
