-- What is wrong with the drop: all problems, and groups of problems.
-- Grain and key: those of problems.sql and problem_groups.sql. Inputs: valid.problems, valid.problem_groups.
-- Outputs: report_groups.

-- All problems, worst first, then by file and line.
select *
from valid.problems
order by
    list_position(['blocker', 'error', 'alert', 'notice'], severity), "file", line, code, record_id, "column";

-- Groups of like problems, worst first, then those of a file as a whole, then those of most rows, then causes.
create or replace temp table report_groups as
select *
from valid.problem_groups
order by
    list_position(['blocker', 'error', 'alert', 'notice'], severity), "rows" > 0, -"rows", valid.place(code), "file",
    "column", shape, fix;
