-- The counts by which provisioned.classes is judged. They are of the table of numbered rows that the view shows.
-- Key: none, one row.
-- Inputs: provisioned.class_rows, .classes, .class_memberships, .account_rows, .waiting_teachers; mapped.schools,
-- valid.classes, valid.findings.

with owners as (
    select
        class_id,
        count(*) as owners
    from provisioned.class_memberships
    where "role" = 'owner'
    group by class_id
),

judged as (
    select
        count(*) as classes,
        count(*) filter (where school.school_id is null) as unlinked,
        count(*) filter (where sent.class_id is null) as not_in_files,
        count(*) filter (where account.account_id is null) as strays,
        count(*) filter (where coalesce(owners.owners, 0) != 1) as owners_amiss
    from provisioned.class_rows as class
    left join mapped.schools as school
        on
            class.school_id = school.school_id
            and class.platform_school_id = school.platform_school_id
            and school.link = 'confirmed'
    left join valid.classes as sent on class.class_id = sent.class_id and class.school_id = sent.school_id
    left join provisioned.account_rows as account
        on
            class.owner_teacher_id = account.teacher_id
            and class.owner_account_id = account.account_id
            and contains(account.roles, 'teacher')
    left join owners on class.class_id = owners.class_id
),

shown as (
    select count(*) as classes
    from provisioned.classes
),

-- Of a teacher whose account is on the platform and whose row was left out, that row's problem says so.
untold as (
    select count(*) as untold
    from valid.classes as sent
    semi join mapped.schools as school on sent.school_id = school.school_id and school.link = 'confirmed'
    anti join provisioned.class_rows as class on sent.class_id = class.class_id
    anti join provisioned.waiting_teachers as waiting on sent.teacher_id = waiting.teacher_id
    anti join valid.findings as problem on problem.code = 'class_without_teacher' and sent.class_id = problem.record_id
)

select
    judged.* exclude (classes),
    abs(judged.classes - shown.classes) as not_shown,
    untold.untold
from judged
cross join shown
cross join untold;
