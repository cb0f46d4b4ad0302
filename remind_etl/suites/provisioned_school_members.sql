-- The counts by which provisioned.school_members is judged. They are of the numbered rows that the view shows.
-- Key: none, one row.
-- Inputs: provisioned.school_member_rows, .school_members, .account_rows, .guardianship_rows, .live_schools,
-- .teacher_persons, mapped.schools, valid.teachers, valid.students.

-- One row a school that a person confirmed. Key: school_id.
with confirmed_schools as (
    select
        confirmed.school_id,
        live.school_number
    from mapped.schools as confirmed
    left join provisioned.live_schools as live
        on confirmed.school_id = live.school_id and confirmed.platform_school_id = live.platform_school_id
    where confirmed.link = 'confirmed'
),

judged as (
    select
        count(*) as members,
        count(*) filter (where confirmed.school_id is null) as unlinked,
        count(*) filter (where account.person is null) as strays,
        count(*) filter (
            where member."role" in ('teacher', 'guardian', 'student') and not contains(account.roles, member."role")
        ) as other_roles
    from provisioned.school_member_rows as member
    left join provisioned.account_rows as account on member.person = account.person
    left join confirmed_schools as confirmed on member.school_number = confirmed.school_number
),

shown as (
    select count(*) as members
    from provisioned.school_members
),

repeated as (
    select count(*) as repeated
    from (
        select 1
        from provisioned.school_member_rows
        group by person, school_number, "role"
        having count(*) > 1
    ) as several
),

students as (
    select distinct
        account.person,
        school.school_number
    from valid.students as student
    inner join provisioned.account_rows as account on student.student_id = account.student_id
    inner join confirmed_schools as school on student.school_id = school.school_id
),

-- One row a person, school and role that follow from the rows of linked schools: a guardian is where a student of theirs
-- is. Key: person, school_number, role.
expected as (
    select distinct
        account.person,
        school.school_number,
        'teacher' as "role"
    from valid.teachers as teacher
    inner join provisioned.teacher_persons as account on teacher.teacher_id = account.teacher_id
    inner join confirmed_schools as school on teacher.school_id = school.school_id
    union all
    select
        person,
        school_number,
        'student'
    from students
    union all
    select distinct
        guardianship.guardian,
        student.school_number,
        'guardian'
    from provisioned.guardianship_rows as guardianship
    inner join students as student on guardianship.student = student.person
),

members as (
    select
        member.*,
        account.roles
    from provisioned.school_member_rows as member
    inner join provisioned.account_rows as account on member.person = account.person
),

-- Whoever is their own guardian is one at their own school, without a guardianship.
compared as (
    select
        count(*) filter (
            where expected.person is null and (member."role" in ('teacher', 'student') or not contains(member.roles, 'student'))
        ) as elsewhere,
        count(*) filter (where member.person is null) as missing
    from members as member
    full join expected
        on
            member.person = expected.person
            and member.school_number = expected.school_number
            and member."role" = expected."role"
)

select
    judged.* exclude (members),
    abs(judged.members - shown.members) as not_shown,
    repeated.repeated,
    compared.elsewhere,
    compared.missing
from judged
cross join shown
cross join repeated
cross join compared;
