-- The counts by which provisioned.guardianships is compared with students.csv. They are of the numbered rows that the view
-- shows.
-- Key: none, one row.
-- Inputs: provisioned.guardianship_rows, .account_rows, .further_contact_points, .live_schools, .kept_contacts,
-- valid.students, valid.findings.

-- One row a guardian and student, with the student_id.
with guardianships as (
    select
        guardianship.guardian,
        guardianship.student,
        student.student_id
    from provisioned.guardianship_rows as guardianship
    left join provisioned.account_rows as student on guardianship.student = student.person
),

-- One row a student of whom a guardian was sent, with a problem or none of theirs. Key: student_id.
sent as (
    select
        student.student_id,
        bool_or(problem.line is not null) as is_told,
        bool_or(school.school_id is not null) as is_linked
    from valid.students as student
    left join provisioned.live_schools as school on student.school_id = school.school_id
    left join (
        select distinct line
        from valid.findings
        where code = 'guardian_without_contact'
    ) as problem on student.line = problem.line
    where student.has_guardian
    group by student.student_id
),

-- A student who is their own guardian has none.
missing as (
    select count(*) as without_guardianship
    from sent
    inner join provisioned.account_rows as student on sent.student_id = student.student_id
    anti join provisioned.guardianship_rows as guardianship on student.person = guardianship.student
    where sent.is_linked and not sent.is_told and not contains(student.roles, 'guardian')
),

strange as (
    select count(*) as not_in_files
    from guardianships as guardianship
    anti join sent on guardianship.student_id = sent.student_id
),

-- One row an email or phone of a guardian in a row of a linked school. A guardian whose row has neither keeps the
-- delivered ones.
contacts as (
    select
        student.student_id,
        unnest([student.guardian_email, student.guardian_phone, kept.email, kept.phone]) as "value"
    from valid.students as student
    semi join provisioned.live_schools as school on student.school_id = school.school_id
    left join provisioned.kept_contacts as kept on student.line = kept.line
),

points as (
    select
        person,
        unnest([email, phone]) as "value"
    from provisioned.account_rows
    union all
    select
        person,
        "value"
    from provisioned.further_contact_points
),

named as (
    select
        guardianship.guardian,
        guardianship.student
    from guardianships as guardianship
    inner join points on guardianship.guardian = points.person
    semi join contacts on guardianship.student_id = contacts.student_id and points."value" = contacts."value"
),

-- A guardian may have none of that row's contact points: another account has them, or the guardian is one person with a
-- linked account, to which none is added.
others as (
    select count(*) as of_others
    from guardianships as guardianship
    anti join named on guardianship.guardian = named.guardian and guardianship.student = named.student
    anti join (
        select contacts.student_id
        from contacts
        semi join valid.findings as problem
            on
                contacts."value" = problem."value"
                and (
                    problem.code = 'contact_not_added'
                    or (contains(problem.code, '_taken') and problem.record_type = 'guardian')
                )
    ) as taken on guardianship.student_id = taken.student_id
)

select
    missing.without_guardianship,
    strange.not_in_files,
    others.of_others
from missing
cross join strange
cross join others;
