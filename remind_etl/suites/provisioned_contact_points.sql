-- The counts by which provisioned.contact_points is judged. Key: none, one row. Inputs: provisioned.contact_points,
-- .accounts, .placeholders, .guardianships, .live_schools, .kept_contacts; valid.teachers, valid.students.

with judged as (
    select
        count(*) as contact_points,
        count(*) filter (where c.account_id is null or c.kind is null or c."value" is null) as incomplete,
        count(*) filter (where c.kind not in ('email', 'phone')) as unknown_kinds,
        count(*) filter (where c.kind = 'phone' and not regexp_full_match(c."value", '[+][1-9][0-9]{6,14}')) as odd_phones,
        count(*) filter (
            where c.kind = 'email' and (c."value" != lower(trim(c."value")) or not contains(c."value", '@'))
        ) as odd_emails,
        count(*) filter (where a.account_id is null) as strays,
        count(*) filter (where a.account_id is not null and if(c.kind = 'email', a.email, a.phone) is null) as unnamed,
        count(*) filter (where p."value" is not null) as placeholders
    from provisioned.contact_points as c
    left join provisioned.accounts as a on c.account_id = a.account_id
    left join provisioned.placeholders as p on c."value" = p."value"
),

repeated as (
    select count(*) as repeated
    from (
        select 1
        from provisioned.contact_points
        group by kind, "value"
        having count(*) > 1
    ) as several
),

-- One row an email or phone in a row of a linked school, with the record that it is of: a guardian's, of the student.
sent as (
    select
        'teacher' as "role",
        t.teacher_id as id,
        unnest([t.email, t.phone]) as "value"
    from valid.teachers as t
    semi join provisioned.live_schools as l on t.school_id = l.school_id
    union all
    select
        'student',
        s.student_id,
        unnest([s.email, s.phone])
    from valid.students as s
    semi join provisioned.live_schools as l on s.school_id = l.school_id
    union all
    select
        'guardian',
        s.student_id,
        unnest([s.guardian_email, s.guardian_phone])
    from valid.students as s
    semi join provisioned.live_schools as l on s.school_id = l.school_id
    union all
    -- A guardian whose row has no contact point keeps the delivered ones.
    select
        'guardian',
        s.student_id,
        unnest([k.email, k.phone])
    from provisioned.kept_contacts as k
    inner join valid.students as s on k.line = s.line
),

-- One row a record that an account is; who is their own guardian is one without a guardianship.
records as (
    select
        account_id,
        'teacher' as "role",
        teacher_id as id
    from provisioned.accounts
    where teacher_id is not null
    union all
    select
        account_id,
        unnest(if(contains(roles, 'guardian'), ['student', 'guardian'], ['student'])),
        student_id
    from provisioned.accounts
    where student_id is not null
    union all
    select
        guardian_account_id,
        'guardian',
        student_id
    from provisioned.guardianships
),

strange as (
    select count(*) as not_in_files
    from provisioned.contact_points as c
    anti join (
        select
            p.account_id,
            p."value"
        from provisioned.contact_points as p
        inner join sent as s on p."value" = s."value"
        semi join records as r on p.account_id = r.account_id and s."role" = r."role" and s.id = r.id
    ) as f on c.account_id = f.account_id and c."value" = f."value"
)

select
    j.*,
    r.*,
    s.*
from judged as j
cross join repeated as r
cross join strange as s;
