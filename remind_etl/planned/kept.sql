-- Invalid is not absent: which people's removals are none, because a row of theirs was left out, or a school waits.
-- Inputs: planned.changes, left_out of left_out.sql, valid.left_out, .teachers, .students, open_schools, waiting_schools of
-- schools.sql, provisioned.guardians_left_out, .named_guardians, .account_rows; platform_accounts,
-- platform_contact_points, platform_school_members, platform_guardianships.

-- One row a teacher's or student's account of whom a row says nothing, with why. A row that was left out: by the id in it;
-- where no id that was delivered stands in the row, by first and last name; where all that can be read are schools and
-- names, whoever has them. A row at a school that waits: of whom no row at another gives an account.
-- Key: account_id, file, why.
create or replace temp table silent_people as
with people as (
    select
        'teachers.csv' as "file",
        teacher_id as id,
        account_id,
        first_name,
        last_name
    from platform_accounts
    where teacher_id is not null and removed_at is null
    union all
    select
        'students.csv',
        student_id,
        account_id,
        first_name,
        last_name
    from platform_accounts
    where student_id is not null and removed_at is null
),

named as (
    select
        l."file",
        l.line,
        p.account_id
    from left_out as l
    inner join people as p on l."file" = p."file" and l.cell = p.id
),

unnamed as (
    select l.*
    from left_out as l
    anti join named as n on l."file" = n."file" and l.line = n.line
    where l.cell != ''
),

-- One row a cell of an unnamed row and an account that has it. Key: file, cell, account_id.
having_cells as (
    select
        p."file",
        p.first_name as cell,
        p.account_id
    from people as p
    semi join unnamed as c on p."file" = c."file" and p.first_name = c.cell
    union
    select
        p."file",
        p.last_name,
        p.account_id
    from people as p
    semi join unnamed as c on p."file" = c."file" and p.last_name = c.cell
    union
    select
        m."role" || 's.csv',
        m.school_id,
        m.account_id
    from platform_school_members as m
    semi join unnamed as c on m."role" || 's.csv' = c."file" and m.school_id = c.cell
    where m.removed_at is null
),

-- One row the cells of unnamed rows that are schools and names alone. Key: file, cells.
short_rows as (
    select distinct
        "file",
        cells
    from (
        select
            u."file",
            list(u.cell order by u.cell) as cells
        from unnamed as u
        left join (select distinct
            "file",
            cell
        from having_cells) as h on u."file" = h."file" and u.cell = h.cell
        group by u."file", u.line
        having count(*) = count(h.cell)
    )
),

waiting as (
    select
        'teachers.csv' as "file",
        t.teacher_id as id
    from valid.teachers as t
    semi join waiting_schools as w on t.school_id = w.school_id
    anti join provisioned.account_rows as a on t.teacher_id = a.teacher_id
    union
    select
        'students.csv',
        s.student_id
    from valid.students as s
    semi join waiting_schools as w on s.school_id = w.school_id
    anti join provisioned.account_rows as a on s.student_id = a.student_id
)

select
    account_id,
    "file",
    'was left out' as why
from named
union
select
    p.account_id,
    p."file",
    'was left out'
from unnamed as f
inner join people as p on f."file" = p."file" and f.cell = p.first_name
semi join unnamed as l on f."file" = l."file" and f.line = l.line and p.last_name = l.cell
union
select
    h.account_id,
    h."file",
    'was left out'
from (select
    "file",
    cells,
    unnest(cells) as cell
from short_rows) as s
inner join having_cells as h on s."file" = h."file" and s.cell = h.cell
group by h.account_id, h."file", s.cells
having count(*) = len(s.cells)
union
select
    p.account_id,
    p."file",
    'is at a school that waits to be linked'
from waiting as w
inner join people as p on w."file" = p."file" and w.id = p.id;

-- One row an account that would go, or lose a role or an id. Key: account_id.
create or replace temp table losing_accounts as
select
    id as account_id,
    "before" ->> 'teacher_id' as teacher_id,
    "before" ->> 'student_id' as student_id
from planned.changes
where
    kind = 'accounts'
    and (
        "action" = 'remove'
        or not list_has_all(string_split("after" ->> 'roles', '+'), string_split("before" ->> 'roles', '+'))
        or "before" ->> 'teacher_id' != "after" ->> 'teacher_id'
        or "before" ->> 'student_id' != "after" ->> 'student_id'
    );

-- Who is one person follows from all rows: without those that were left out, two accounts may seem to be one, or a student's
-- guardian to be another. So where rows of people were left out, whom a row still names stays: a guardian by a row of the
-- student. One row a guardian and student. Key: guardian_account_id, student_id.
create or replace temp table named_guardians as
select distinct
    g.guardian_account_id,
    g.student_id
from platform_guardianships as g
inner join platform_accounts as k on g.guardian_account_id = k.account_id
inner join provisioned.named_guardians as r
    on g.student_id = r.student_id and provisioned.name_key(k.first_name, k.last_name) = r.name_key
where
    g.removed_at is null
    and exists (from left_out as l where l."file" in ('teachers.csv', 'students.csv'))
    and (
        r.name_key != ''
        or exists (
            from platform_contact_points as c
            where
                c.account_id = k.account_id
                and (c.removed_at is null or c.removed_at = k.removed_at)
                and c."value" in (r.email, r.phone)
        )
    );

-- One row an account that stays, with the reason. Key: account_id.
create or replace temp table kept_accounts as
with reasons as (
    select
        account_id,
        'a row of theirs ' || why as reason
    from silent_people
    union all
    select
        k.account_id,
        'a row of theirs gives them no account'
    from platform_accounts as k
    semi join valid.left_out as l on l.found_by = 'provisioned/accounts' and k.teacher_id = l.cell
    where k.removed_at is null
    union all
    select
        g.guardian_account_id,
        case
            when s.account_id is null then 'a row of their student names a guardian who gets no account'
            else 'a row of their student ' || s.why
        end
    from platform_guardianships as g
    left join silent_people as s on g.student_account_id = s.account_id and s."file" = 'students.csv'
    left join provisioned.guardians_left_out as o on g.student_id = o.student_id
    where g.removed_at is null and (s.account_id is not null or o.student_id is not null)
    union all
    select
        c.account_id,
        'a row still names them'
    from losing_accounts as c
    inner join provisioned.account_rows as p on c.teacher_id = p.teacher_id or c.student_id = p.student_id
    where exists (from left_out as l where l."file" in ('teachers.csv', 'students.csv'))
    union all
    select
        c.account_id,
        'a row of their student still names them'
    from losing_accounts as c
    inner join named_guardians as g on c.account_id = g.guardian_account_id
    union all
    select
        c.account_id,
        'a row at a school that waits to be linked names them'
    from losing_accounts as c
    inner join platform_contact_points as p on c.account_id = p.account_id and p.removed_at is null
    inner join (
        select unnest([s.guardian_email, s.guardian_phone]) as "value"
        from valid.students as s
        semi join waiting_schools as w on s.school_id = w.school_id
    ) as s on p."value" = s."value"
    union all
    select
        m.account_id,
        o.reason
    from platform_school_members as m
    inner join open_schools as o on m.school_id = o.school_id
    where m.removed_at is null
)

select
    account_id,
    min(reason) as reason
from reasons
group by account_id;

-- What an account has stays with it; no contact point of it goes to another.
insert into planned.kept
select
    c.kind,
    c.id,
    k.reason
from planned.changes as c
inner join kept_accounts as k on c."before" ->> 'account_id' = k.account_id
where
    (c.kind in ('accounts', 'contact_points', 'school_members') and c."action" = 'remove')
    or (c.kind = 'contact_points' and c."action" = 'update');

-- An account does not lose a role to a row that was left out, nor pass it to another record.
insert into planned.kept
select
    'accounts' as kind,
    c.account_id,
    k.reason
from losing_accounts as c
inner join kept_accounts as k on c.account_id = k.account_id
on conflict do nothing;

-- Who is a student's guardian stays so where the student stays, or a row names them or a guardian who was left out; not
-- where one of the two goes.
insert into planned.kept
with gone as (
    select c.id
    from planned.changes as c
    anti join kept_accounts as k on c.id = k.account_id
    where c.kind = 'accounts' and c."action" = 'remove'
)

select
    c.kind,
    c.id,
    case
        when k.account_id is not null then k.reason
        when o.student_id is not null then 'a row of their student names a guardian who gets no account'
        else 'a row of their student still names them'
    end
from planned.changes as c
left join kept_accounts as k on c."before" ->> 'student_account_id' = k.account_id
left join provisioned.guardians_left_out as o on c."before" ->> 'student_id' = o.student_id
left join named_guardians as g
    on c."before" ->> 'guardian_account_id' = g.guardian_account_id and c."before" ->> 'student_id' = g.student_id
where
    c.kind = 'guardianships'
    and c."action" = 'remove'
    and coalesce(k.account_id, o.student_id, g.student_id) is not null
    and c."before" ->> 'guardian_account_id' not in (select d.id from gone as d)
    and c."before" ->> 'student_account_id' not in (select d.id from gone as d);

delete from planned.changes
where (kind, id) in (select (k.kind, k.id) from planned.kept as k);
