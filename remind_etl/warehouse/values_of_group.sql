-- The values of the first lines of a group of problems.
-- Grain: one row a value, at most three. Inputs: valid.problems. Outputs: none.

select problem."value"
from valid.problems as problem
where
    problem.code = $of_code
    and problem."file" = $of_file
    and ($of_column is null or problem."column" = $of_column)
    and list_contains($first_lines, problem.line)
    and problem."value" != ''
group by problem."value"
order by min(problem.line), problem."value"
limit 3;
