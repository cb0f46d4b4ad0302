-- The counts by which provisioned.classes is judged. Key: none, one row.
-- Inputs: provisioned.classes, .class_memberships, .accounts,
-- .waiting_teachers; mapped.schools; valid.classes, valid.findings.

with judged as (
    select
        count(*) as classes,
        count(*) filter (where c.class_id is null) as without_id,
        count(c.class_id) - count(distinct c.class_id) as repeated,
        count(*) filter (where c.class_name is null) as without_name,
        count(*) filter (where l.school_id is null) as unlinked,
        count(*) filter (where v.class_id is null) as not_in_files,
        count(*) filter (where a.account_id is null) as strays,
        count(*) filter (where coalesce(o.owners, 0) != 1) as owners_amiss
    from provisioned.classes as c
    left join mapped.schools as l
        on c.school_id = l.school_id and c.platform_school_id = l.platform_school_id and l.link = 'confirmed'
    left join valid.classes as v on c.class_id = v.class_id and c.school_id = v.school_id
    left join provisioned.accounts as a
        on c.owner_account_id = a.account_id and c.owner_teacher_id = a.teacher_id and contains(a.roles, 'teacher')
    left join (
        select
            class_id,
            count(*) as owners
        from provisioned.class_memberships
        where "role" = 'owner'
        group by class_id
    ) as o on c.class_id = o.class_id
),

-- Of a teacher whose account is on the platform and whose row was left out, that row's problem says so.
untold as (
    select count(*) as untold
    from valid.classes as v
    semi join mapped.schools as l on v.school_id = l.school_id and l.link = 'confirmed'
    anti join provisioned.classes as c on v.class_id = c.class_id
    anti join provisioned.waiting_teachers as w on v.teacher_id = w.teacher_id
    anti join valid.findings as p on p.code = 'class_without_teacher' and v.class_id = p.record_id
)

select
    j.*,
    u.*
from judged as j
cross join untold as u;
