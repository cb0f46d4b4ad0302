-- The counts by which provisioned.guardianships is judged. Key: none, one row. Inputs: provisioned.guardianships,
-- .accounts, .contact_points, .live_schools, .kept_contacts; valid.students, valid.findings.

with judged as (
    select
        count(*) as guardianships,
        count(*) filter (where t.guardian_account_id = t.student_account_id) as own_guardians,
        count(*) filter (where g.account_id is null or not contains(g.roles, 'guardian')) as without_guardian,
        count(*) filter (where s.account_id is null or s.student_id is distinct from t.student_id) as without_student
    from provisioned.guardianships as t
    left join provisioned.accounts as g on t.guardian_account_id = g.account_id
    left join provisioned.accounts as s on t.student_account_id = s.account_id
),

repeated as (
    select count(*) as repeated
    from (
        select 1
        from provisioned.guardianships
        group by guardian_account_id, student_account_id
        having count(*) > 1
    ) as several
),

-- One row a student of whom a guardian was sent, with a problem or none of theirs. Key: student_id.
sent as (
    select
        s.student_id,
        bool_or(p.line is not null) as is_told,
        bool_or(l.school_id is not null) as is_linked
    from valid.students as s
    left join provisioned.live_schools as l on s.school_id = l.school_id
    left join (
        select distinct line
        from valid.findings
        where code = 'guardian_without_contact'
    ) as p on s.line = p.line
    where s.has_guardian
    group by s.student_id
),

-- A student who is their own guardian has none.
missing as (
    select count(*) as without_guardianship
    from sent as s
    inner join provisioned.accounts as a on s.student_id = a.student_id
    anti join provisioned.guardianships as g on s.student_id = g.student_id
    where s.is_linked and not s.is_told and not contains(a.roles, 'guardian')
),

strange as (
    select count(*) as not_in_files
    from provisioned.guardianships as g
    anti join sent as s on g.student_id = s.student_id
),

-- One row an email or phone of a guardian in a row of a linked school.
contacts as (
    select
        s.student_id,
        unnest([s.guardian_email, s.guardian_phone]) as "value"
    from valid.students as s
    semi join provisioned.live_schools as l on s.school_id = l.school_id
    union all
    -- A guardian whose row has no contact point keeps the delivered ones.
    select
        s.student_id,
        unnest([k.email, k.phone])
    from provisioned.kept_contacts as k
    inner join valid.students as s on k.line = s.line
),

-- A guardian whose contact point another account has may have none of that row.
others as (
    select count(*) as of_others
    from provisioned.guardianships as g
    anti join (
        select
            c.student_id,
            p.account_id
        from contacts as c
        inner join provisioned.contact_points as p on c."value" = p."value"
    ) as h on g.guardian_account_id = h.account_id and g.student_id = h.student_id
    anti join (
        select c.student_id
        from contacts as c
        semi join valid.findings as f on contains(f.code, '_taken') and f.record_type = 'guardian' and c."value" = f."value"
    ) as t on g.student_id = t.student_id
)

select
    j.*,
    r.*,
    m.*,
    n.*,
    o.*
from judged as j
cross join repeated as r
cross join missing as m
cross join strange as n
cross join others as o;
