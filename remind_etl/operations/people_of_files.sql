-- The people whom the rows of the newest files name with an id: teachers and students by their own, guardians by that of the
-- student. Those are left out whom the platform has with this name and contact.
-- Grain: one row a role, name and contact, at most $most. Key: none. Inputs: the Parquet file $file of sent_terms. Outputs: none.

select
    "role",
    person_id,
    first_name,
    last_name,
    contact,
    "file",
    line
from read_parquet($file)
where person_id = $record and list_contains($roles, "role")
group by all
order by line asc, last_name asc nulls last, first_name asc nulls last, contact asc nulls last
limit $most;
