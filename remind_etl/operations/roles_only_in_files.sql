-- The roles of a person whom the newest files have with this id, and the platform does not.
-- Grain: one row a role. Key: role. Inputs: sent_rows, accounts (published tables); asked, the id. Outputs: none.

with sent as (
    select distinct case "file" when 'students.csv' then 'student' else 'teacher' end as "role"
    from sent_rows
    where "file" in ('students.csv', 'teachers.csv') and person_id = (select record from asked)
)

select "role"
from sent
where
    not exists (
        select 1
        from accounts
        where (select record from asked) = case sent."role" when 'student' then student_id else teacher_id end
    )
order by "role" asc;
