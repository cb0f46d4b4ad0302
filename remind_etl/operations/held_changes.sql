-- The held changes of a district in people's terms. Inputs: changes, held_rows (published tables).

-- One row a school with held changes, the one with the most accounts first; null is what belongs to none. Key: school.
select
    school,
    count(*) filter (where kind = 'accounts') as accounts,
    count(*) filter (where kind = 'classes') as classes,
    count(*) filter (where kind = 'class_memberships') as places
from changes
where state = 'held'
group by school
having accounts + classes + places > 0
order by accounts desc, classes desc, places desc, school asc;

-- The order of these rows is that of the file.
-- noqa: disable=AM09
-- One row a held change in the order of held_rows, from $skipped on and at most $most.
select *
from held_rows
limit $most offset $skipped;

-- The same of $school, which is blank for changes that belong to none.
select *
from held_rows
where school = $school
limit $most offset $skipped;

-- How many there are of $school, or of all schools. Grain: one row.
select count(*) as "rows"
from held_rows
where $school::varchar is null or school = $school;
