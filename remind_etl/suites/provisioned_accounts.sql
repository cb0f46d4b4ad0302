-- The counts by which provisioned.accounts is judged. They are of the table of numbered rows that the view shows.
-- Key: none, one row.
-- Inputs: provisioned.account_rows, .accounts, .contact_points, .further_contact_points, .school_member_rows,
-- .guardianship_rows, .live_schools, .withheld_contacts; valid.teachers, valid.students, valid.findings.

-- Linked accounts whose row has an email or phone that they do not get. They may have none for a run.
with excused as (
    select
        account_id,
        true as is_excused,
        bool_or(kind = 'email') as has_withheld_email
    from provisioned.withheld_contacts
    group by account_id
),

judged as (
    select
        count(*) as accounts,
        count(teacher_id) as teachers,
        count(student_id) as students,
        count(email) + count(phone) as named_contacts,
        count(*) filter (where account_id is null) as without_id,
        count(account_id) - count(distinct account_id) as repeated_ids,
        count(teacher_id) - count(distinct teacher_id) as repeated_teachers,
        count(student_id) - count(distinct student_id) as repeated_students,
        count(*) filter (where contains(roles, 'teacher') != (teacher_id is not null)) as teachers_amiss,
        count(*) filter (where contains(roles, 'student') != (student_id is not null)) as students_amiss,
        count(*) filter (
            where contains(roles, 'teacher') and email is null and has_withheld_email is not true
        ) as teachers_without_email,
        count(*) filter (
            where contains(roles, 'guardian') and email is null and phone is null and is_excused is not true
        ) as guardians_without_contact,
        count(*) filter (where roles != 'guardian' and (first_name is null or last_name is null)) as without_name
    from provisioned.account_rows
    left join excused using (account_id)
),

shown as (
    select count(*) as accounts
    from provisioned.accounts
),

-- The contact points of accounts are the emails and phones that the accounts name, and further ones.
contacts as (
    select
        (select count(*) from provisioned.contact_points)
        - (
            select count(*)
            from provisioned.further_contact_points as further
            semi join provisioned.account_rows as account on further.person = account.person
        ) as named_contacts
),

members as (
    select count(*) as without_school
    from provisioned.account_rows as account
    anti join provisioned.school_member_rows as member on account.person = member.person
),

-- Of a student who is their own guardian no guardianship is made.
guardians as (
    select count(*) as guardians_of_nobody
    from provisioned.account_rows as account
    anti join provisioned.guardianship_rows as guardianship on account.person = guardianship.guardian
    where contains(account.roles, 'guardian') and not contains(account.roles, 'student')
),

teachers as (
    select
        count(*) filter (where account.teacher_id is null and problem.record_id is null) as untold_teachers,
        count(account.teacher_id) as found_teachers
    from (
        select distinct teacher.teacher_id
        from valid.teachers as teacher
        semi join provisioned.live_schools as school on teacher.school_id = school.school_id
    ) as sent
    left join provisioned.account_rows as account on sent.teacher_id = account.teacher_id
    left join (
        select distinct record_id
        from valid.findings
        where code in ('teacher_without_email', 'email_taken', 'teacher_under_two_ids') and record_type = 'teacher'
    ) as problem on sent.teacher_id = problem.record_id
),

students as (
    select
        count(*) filter (where account.student_id is null) as missing_students,
        count(account.student_id) as found_students
    from (
        select distinct student.student_id
        from valid.students as student
        semi join provisioned.live_schools as school on student.school_id = school.school_id
    ) as sent
    left join provisioned.account_rows as account on sent.student_id = account.student_id
)

select
    judged.* exclude (accounts, teachers, students, named_contacts),
    abs(judged.accounts - shown.accounts) as not_shown,
    abs(judged.named_contacts - contacts.named_contacts) as foreign_contacts,
    members.without_school,
    guardians.guardians_of_nobody,
    teachers.untold_teachers,
    students.missing_students,
    judged.teachers - teachers.found_teachers + judged.students - students.found_students as not_in_files
from judged
cross join shown
cross join contacts
cross join members
cross join guardians
cross join teachers
cross join students;
