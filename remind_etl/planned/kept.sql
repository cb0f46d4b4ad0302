-- Invalid is not absent: which removals are none, because the record stands in a row that was left out, its school waits
-- or vanished, or its file was not sent. Inputs: planned.changes, raw.rejects, valid.left_out, mapped.schools,
-- provisioned.guardians_left_out, platform_school_members, platform_guardianships, platform_accounts.

-- One row an id that stands in a row of a file that was left out.
create or replace temp table left_out as
select distinct
    "file",
    cell
from valid.left_out
where cell is not null
union
select
    "file",
    trim(unnest(cells))
from raw.rejects;

-- One row a school whose rows are not the whole truth: it waits for a person, or was delivered and is not in schools.csv.
create or replace temp table open_schools as
select
    m.school_id,
    case
        when s.school_id is null then 'the school is not in schools.csv'
        else 'the school waits to be linked'
    end as reason
from (select distinct school_id from platform_school_members where removed_at is null) as m
left join mapped.schools as s on m.school_id = s.school_id
where s.link is null or s.link not in ('confirmed', 'ignored');

-- One row an account that stays, with the reason. Key: account_id.
create or replace temp table kept_accounts as
with guardians as (
    select
        g.guardian_account_id as account_id,
        g.student_id
    from platform_guardianships as g
    where g.removed_at is null
),

reasons as (
    select
        a.account_id,
        'a row of theirs was left out' as reason
    from platform_accounts as a
    where
        a.teacher_id in (select l.cell from left_out as l where l."file" = 'teachers.csv')
        or a.student_id in (select l.cell from left_out as l where l."file" = 'students.csv')
    union all
    select
        account_id,
        'a row of their student was left out'
    from guardians
    where
        student_id in (select l.cell from left_out as l where l."file" = 'students.csv')
        or student_id in (select g.student_id from provisioned.guardians_left_out as g)
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

insert into planned.kept
select
    c.kind,
    c.id,
    k.reason
from planned.changes as c
inner join kept_accounts as k
    on k.account_id = coalesce(c."before" ->> 'account_id', c."before" ->> 'guardian_account_id')
where
    c.kind in ('accounts', 'contact_points', 'school_members', 'guardianships')
    and (c."action" = 'remove' or (c.kind = 'contact_points' and c."action" = 'update'));

insert into planned.kept
select
    c.kind,
    c.id,
    k.reason
from planned.changes as c
inner join kept_accounts as k on c."before" ->> 'student_account_id' = k.account_id
where c.kind = 'guardianships' and c."action" = 'remove'
on conflict do nothing;

-- Classes: a row that was left out, a school that waits or vanished.
insert into planned.kept
select
    c.kind,
    c.id,
    coalesce(o.reason, 'a row of the class was left out')
from planned.changes as c
left join open_schools as o on c."before" ->> 'school_id' = o.school_id
where
    c.kind = 'classes'
    and c."action" = 'remove'
    and (o.school_id is not null or c.id in (select l.cell from left_out as l where l."file" = 'classes.csv'));

-- Seats of classes that stay.
insert into planned.kept
select
    c.kind,
    c.id,
    k.reason
from planned.changes as c
inner join planned.kept as k on k.kind = 'classes' and c."before" ->> 'class_id' = k.id
where c.kind = 'class_seats' and c."action" = 'remove';

-- Seats whose enrollment was left out. A left-out row that names a class and nobody whom the platform has there, because
-- no user id can be read from it, may be anybody of the class; likewise one that names a person and no class.
insert into planned.kept
with lines as (
    select
        line,
        list(cell) as cells,
        bool_or(cell is null) as has_blank
    from valid.left_out
    where "file" = 'enrollments.csv'
    group by line
    union all
    select
        line,
        list_transform(cells, lambda c: trim(c)),
        true
    from raw.rejects
    where "file" = 'enrollments.csv'
),

cells as (
    select distinct
        line,
        has_blank,
        unnest(cells) as cell
    from lines
),

seats as (
    select
        id,
        "before" ->> 'class_id' as class_id,
        "before" ->> 'record_id' as record_id
    from planned.changes
    where kind = 'class_seats' and "action" = 'remove'
),

by_class as (
    select
        s.id,
        s.record_id,
        c.line,
        c.has_blank
    from seats as s
    inner join cells as c on s.class_id = c.cell
),

by_person as (
    select
        s.id,
        s.class_id,
        c.line,
        c.has_blank
    from seats as s
    inner join cells as c on s.record_id = c.cell
),

people_of_lines as (
    select distinct c.line
    from cells as c
    inner join platform_class_seats as s on c.cell = s.record_id
),

classes_of_lines as (
    select distinct c.line
    from cells as c
    inner join platform_class_seats as s on c.cell = s.class_id
)

select distinct
    'class_seats' as kind,
    id,
    'a row of the enrollment was left out'
from (
    select c.id
    from by_class as c
    inner join by_person as p on c.id = p.id and c.line = p.line
    union
    select c.id
    from by_class as c
    anti join people_of_lines as p on c.line = p.line
    where c.has_blank
    union
    select p.id
    from by_person as p
    anti join classes_of_lines as c on p.line = c.line
    where p.has_blank
)
on conflict do nothing;

delete from planned.changes
where (kind, id) in (select (k.kind, k.id) from planned.kept as k);
