-- The counts by which provisioned.class_memberships is judged. Key: none, one row.
-- Inputs: provisioned.class_memberships, .classes,
-- .accounts, .school_members; valid.enrollments.

with judged as (
    select
        count(*) as seats,
        count(*) filter (where s."role" in ('co_teacher', 'student')) as enrolled_seats,
        count(*) filter (where s."role" is null) as without_role,
        count(*) filter (where s."role" not in ('owner', 'co_teacher', 'student')) as unknown_roles,
        count(*) filter (where a.account_id is null) as without_account,
        count(*) filter (where c.class_id is null) as without_class,
        count(*) filter (where s."role" = 'owner' and s.account_id != c.owner_account_id) as other_owners,
        count(*) filter (
            where s.record_id is distinct from if(s."role" = 'student', a.student_id, a.teacher_id)
        ) as other_records,
        count(*) filter (where s."role" in ('co_teacher', 'student') and m.account_id is null) as elsewhere
    from provisioned.class_memberships as s
    left join provisioned.accounts as a on s.account_id = a.account_id
    left join provisioned.classes as c on s.class_id = c.class_id
    left join provisioned.school_members as m
        on s.account_id = m.account_id and c.school_id = m.school_id and if(s."role" = 'student', 'student', 'teacher') = m."role"
),

repeated as (
    select count(*) as repeated
    from (
        select 1
        from provisioned.class_memberships
        group by class_id, account_id, "role"
        having count(*) > 1
    ) as several
),

users as (
    select
        'student' as "role",
        student_id as user_id,
        account_id
    from provisioned.accounts
    where student_id is not null
    union all
    select
        'teacher',
        teacher_id,
        account_id
    from provisioned.accounts
    where teacher_id is not null
),

-- Who is enrolled in a class that is made, and has an account, sits there; the owner as owner alone.
enrolled as (
    select count(*) as enrolled
    from valid.enrollments as e
    inner join provisioned.classes as c on e.class_id = c.class_id
    inner join users as u on e."role" = u."role" and e.user_id = u.user_id
    where u.account_id != c.owner_account_id
)

select
    j.*,
    r.*,
    e.enrolled,
    abs(e.enrolled - j.enrolled_seats) as lost
from judged as j
cross join repeated as r
cross join enrolled as e;
