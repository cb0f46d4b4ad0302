-- Whom the platform knows of the district, removed or not. Inputs: platform_accounts, platform_guardianships;
-- live_students, student_lines of people.sql.

-- One row an account, numbered. Key: known; account_id.
create or replace temp table known_accounts as
select
    row_number() over () as known,
    account_id,
    roles,
    teacher_id,
    student_id,
    provisioned.name_key(first_name, last_name) as name_key,
    removed_at is not null as is_removed
from platform_accounts;

-- One row a line of a guardian and an account that is known as guardian of the same student by the same name.
-- Key: none, as a guardian may have several lines of a student.
create or replace temp table seen as
with known_guardians as (
    select
        s.person as student,
        k.name_key,
        k.known,
        k.is_removed
    from platform_guardianships as g
    inner join known_accounts as k on g.guardian_account_id = k.account_id
    inner join live_students as s on g.student_id = s.student_id
    where k.name_key != ''
)

select
    l.guardian as person,
    l.student,
    k.known,
    k.is_removed
from student_lines as l
inner join known_guardians as k on l.student = k.student and l.name_key = k.name_key
where l.guardian is not null;
