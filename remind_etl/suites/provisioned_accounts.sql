-- The counts by which provisioned.accounts is judged. Key: none, one row. Inputs: provisioned.accounts, .contact_points,
-- .school_members, .guardianships, .live_schools, .withheld_contacts; valid.teachers, valid.students, valid.findings.

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
        count(*) filter (where account_id is null) as without_id,
        count(account_id) - count(distinct account_id) as repeated_ids,
        count(teacher_id) - count(distinct teacher_id) as repeated_teachers,
        count(student_id) - count(distinct student_id) as repeated_students,
        count(*) filter (where roles is null) as without_role,
        count(*) filter (
            where roles not in (
                'teacher', 'guardian', 'student', 'teacher+guardian', 'teacher+student', 'guardian+student',
                'teacher+guardian+student'
            )
        ) as unknown_roles,
        count(*) filter (where contains(roles, 'teacher') != (teacher_id is not null)) as teachers_amiss,
        count(*) filter (where contains(roles, 'student') != (student_id is not null)) as students_amiss,
        count(*) filter (
            where contains(roles, 'teacher') and email is null and has_withheld_email is not true
        ) as teachers_without_email,
        count(*) filter (
            where contains(roles, 'guardian') and email is null and phone is null and is_excused is not true
        ) as guardians_without_contact,
        count(*) filter (where roles != 'guardian' and (first_name is null or last_name is null)) as without_name
    from provisioned.accounts
    left join excused using (account_id)
),

named as (
    select
        account_id,
        unnest([email, phone]) as "value"
    from provisioned.accounts
),

contacts as (
    select count(*) as foreign_contacts
    from named as n
    anti join provisioned.contact_points as c on n.account_id = c.account_id and n."value" = c."value"
    where n."value" is not null
),

members as (
    select count(*) as without_school
    from provisioned.accounts as a
    anti join provisioned.school_members as m on a.account_id = m.account_id
),

-- Of a student who is their own guardian no guardianship is made.
guardians as (
    select count(*) as guardians_of_nobody
    from provisioned.accounts as a
    anti join provisioned.guardianships as g on a.account_id = g.guardian_account_id
    where contains(a.roles, 'guardian') and not contains(a.roles, 'student')
),

teachers as (
    select
        count(*) filter (where a.teacher_id is null and p.record_id is null) as untold_teachers,
        count(a.teacher_id) as found_teachers
    from (
        select distinct t.teacher_id
        from valid.teachers as t
        semi join provisioned.live_schools as l on t.school_id = l.school_id
    ) as t
    left join provisioned.accounts as a on t.teacher_id = a.teacher_id
    left join (
        select distinct record_id
        from valid.findings
        where code in ('teacher_without_email', 'email_taken') and record_type = 'teacher'
    ) as p on t.teacher_id = p.record_id
),

students as (
    select
        count(*) filter (where a.student_id is null) as missing_students,
        count(a.student_id) as found_students
    from (
        select distinct s.student_id
        from valid.students as s
        semi join provisioned.live_schools as l on s.school_id = l.school_id
    ) as s
    left join provisioned.accounts as a on s.student_id = a.student_id
)

select
    j.*,
    c.*,
    m.*,
    g.*,
    t.untold_teachers,
    s.missing_students,
    j.teachers - t.found_teachers + j.students - s.found_students as not_in_files
from judged as j
cross join contacts as c
cross join members as m
cross join guardians as g
cross join teachers as t
cross join students as s;
