-- How many contact points of provisioned.contact_points no row of the files has. They are of the numbered rows that the
-- view shows.
-- Key: none, one row.
-- Inputs: provisioned.account_rows, .further_contact_points, .guardianship_rows, .live_schools, .kept_contacts,
-- .kept_emails, .teacher_persons; valid.teachers, valid.students.

-- One row a contact point and person.
with points as (
    select
        person,
        email as "value"
    from provisioned.account_rows
    where email is not null
    union all
    select
        person,
        phone
    from provisioned.account_rows
    where phone is not null
    union all
    select
        person,
        "value"
    from provisioned.further_contact_points
),

-- A guardian whose row has neither email nor phone keeps the delivered ones. So does a teacher whose email cannot be read.
live_students as (
    select
        account.person,
        student.email,
        student.phone,
        [student.guardian_email, student.guardian_phone, kept.email, kept.phone] as guardian_contacts,
        contains(account.roles, 'guardian') as is_own_guardian
    from valid.students as student
    semi join provisioned.live_schools as school on student.school_id = school.school_id
    inner join provisioned.account_rows as account on student.student_id = account.student_id
    left join provisioned.kept_contacts as kept on student.line = kept.line
),

-- One row an email or phone that a row of a linked school names of a person who has an account. Whoever is their own
-- guardian is one without a guardianship.
sent as (
    select
        account.person,
        unnest([coalesce(teacher.email, kept.email), teacher.phone]) as "value"
    from valid.teachers as teacher
    semi join provisioned.live_schools as school on teacher.school_id = school.school_id
    inner join provisioned.teacher_persons as account on teacher.teacher_id = account.teacher_id
    left join provisioned.kept_emails as kept on teacher.teacher_id = kept.teacher_id
    union all
    select
        person,
        unnest([email, phone])
    from live_students
    where coalesce(email, phone) is not null
    union all
    select
        person,
        unnest(guardian_contacts)
    from live_students
    where is_own_guardian
    union all
    select
        guardianship.guardian,
        unnest(student.guardian_contacts)
    from live_students as student
    inner join provisioned.guardianship_rows as guardianship on student.person = guardianship.student
),

strange as (
    select count(*) as not_in_files
    from points
    anti join sent on points.person = sent.person and points."value" = sent."value"
)

select not_in_files
from strange;
