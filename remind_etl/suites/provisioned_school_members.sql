-- The counts by which provisioned.school_members is judged. Key: none, one row. Inputs: provisioned.school_members,
-- .accounts, .guardianships; mapped.schools; valid.teachers, valid.students.

with judged as (
    select
        count(*) as members,
        count(*) filter (where m."role" is null) as without_role,
        count(*) filter (where m."role" not in ('teacher', 'guardian', 'student')) as unknown_roles,
        count(*) filter (where l.school_id is null) as unlinked,
        count(*) filter (where a.account_id is null) as strays,
        count(*) filter (
            where m."role" in ('teacher', 'guardian', 'student') and not contains(a.roles, m."role")
        ) as other_roles
    from provisioned.school_members as m
    left join provisioned.accounts as a on m.account_id = a.account_id
    left join mapped.schools as l
        on m.school_id = l.school_id and m.platform_school_id = l.platform_school_id and l.link = 'confirmed'
),

repeated as (
    select count(*) as repeated
    from (
        select 1
        from provisioned.school_members
        group by account_id, school_id, "role"
        having count(*) > 1
    ) as several
),

-- One row an account, school and role that follow from the rows of linked schools: a guardian is where a student of theirs
-- is. Key: account_id, school_id, role.
expected as (
    select distinct
        a.account_id,
        t.school_id,
        'teacher' as "role"
    from valid.teachers as t
    inner join provisioned.accounts as a on t.teacher_id = a.teacher_id
    union all
    select distinct
        a.account_id,
        s.school_id,
        'student'
    from valid.students as s
    inner join provisioned.accounts as a on s.student_id = a.student_id
    union all
    select distinct
        g.guardian_account_id,
        s.school_id,
        'guardian'
    from provisioned.guardianships as g
    inner join valid.students as s on g.student_id = s.student_id
),

-- Who is their own guardian is one at their own school, without a guardianship.
compared as (
    select
        count(*) filter (
            where e.account_id is null and (m."role" in ('teacher', 'student') or not contains(m.roles, 'student'))
        ) as elsewhere,
        count(*) filter (where m.account_id is null) as missing
    from (
        select
            s.*,
            a.roles
        from provisioned.school_members as s
        inner join provisioned.accounts as a on s.account_id = a.account_id
    ) as m
    full join (
        select x.*
        from expected as x
        semi join mapped.schools as l on x.school_id = l.school_id and l.link = 'confirmed'
    ) as e on m.account_id = e.account_id and m.school_id = e.school_id and m."role" = e."role"
)

select
    j.*,
    r.*,
    c.*
from judged as j
cross join repeated as r
cross join compared as c;
