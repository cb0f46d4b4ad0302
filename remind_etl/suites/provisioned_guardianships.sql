-- The counts by which provisioned.guardianships is judged by itself. They are of the numbered rows that the view shows.
-- Key: none, one row.
-- Inputs: provisioned.guardianship_rows, .guardianships, .account_rows.

-- One row a guardian and student, with the student_id.
with guardianships as (
    select
        guardianship.guardian,
        guardianship.student,
        student.student_id
    from provisioned.guardianship_rows as guardianship
    left join provisioned.account_rows as student on guardianship.student = student.person
),

judged as (
    select
        count(*) as guardianships,
        count(*) filter (where guardianship.guardian = guardianship.student) as own_guardians,
        count(*) filter (where guardian.person is null or not contains(guardian.roles, 'guardian')) as without_guardian,
        count(*) filter (where guardianship.student_id is null) as without_student
    from guardianships as guardianship
    left join provisioned.account_rows as guardian on guardianship.guardian = guardian.person
),

shown as (
    select count(*) as guardianships
    from provisioned.guardianships
),

repeated as (
    select count(*) as repeated
    from (
        select 1
        from provisioned.guardianship_rows
        group by guardian, student
        having count(*) > 1
    ) as several
)

select
    judged.* exclude (guardianships),
    abs(judged.guardianships - shown.guardianships) as not_shown,
    repeated.repeated
from judged
cross join shown
cross join repeated;
