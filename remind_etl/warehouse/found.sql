-- All problems, worst first, then by file and line. Input: valid.problems.

select *
from valid.problems
order by
    list_position(['blocker', 'error', 'alert', 'notice'], severity), "file", line, code, record_id, "column";
