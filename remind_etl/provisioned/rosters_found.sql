-- What is wrong with the classes. Inputs: valid.classes, provisioned.classes, .class_memberships, .live_schools,
-- .waiting_teachers; platform_classes, platform_class_memberships, the platform's records, removed ones too; reused_before (class_id,
-- detail).

insert into valid.findings by name
select
    'provisioned/rosters' as found_by,
    'class_without_teacher' as code,
    'classes.csv' as "file",
    c.line,
    'teacher_id' as "column",
    c.teacher_id as "value",
    'class' as record_type,
    c.class_id as record_id,
    c.school_id
from valid.classes as c
inner join provisioned.live_schools as l on c.school_id = l.school_id
anti join provisioned.classes as made on c.class_id = made.class_id
anti join provisioned.waiting_teachers as w on c.teacher_id = w.teacher_id;

-- A class that was delivered with another name, another teacher, and students of whom most are not in it any more. What
-- was removed with the class counts too: it comes back with it. What was found when the drop was delivered stays so.
insert into valid.findings by name
with other_classes as (
    select
        p.class_id,
        p.removed_at
    from platform_classes as p
    inner join provisioned.classes as c on p.class_id = c.class_id
    where
        provisioned.name_key(p.class_name, null) != provisioned.name_key(c.class_name, null)
        and p.owner_teacher_id != c.owner_teacher_id
),

seats as (
    select
        s.class_id,
        s.record_id
    from platform_class_memberships as s
    inner join other_classes as o on s.class_id = o.class_id
    where s."role" = 'student' and (s.removed_at is null or s.removed_at = o.removed_at)
),

counted as (
    select
        s.class_id,
        count(*) as students,
        count(n.record_id) as still
    from seats as s
    left join (
        select
            c.class_id,
            c.record_id
        from provisioned.class_memberships as c
        semi join other_classes as o on c.class_id = o.class_id
        where c."role" = 'student'
    ) as n on s.class_id = n.class_id and s.record_id = n.record_id
    group by s.class_id
),

reused as (
    select
        class_id,
        still || ' of ' || students || ' are still in it' as detail
    from counted
    where 2 * still < students
)

select
    'provisioned/rosters' as found_by,
    'class_id_reused' as code,
    'classes.csv' as "file",
    c.line,
    'class_id' as "column",
    c.class_id as "value",
    'class' as record_type,
    c.class_id as record_id,
    c.school_id,
    r.detail
from (
    from reused
    union all
    select b.*
    from reused_before as b
    anti join reused as r on b.class_id = r.class_id
) as r
inner join valid.classes as c on r.class_id = c.class_id;

-- A class that is not created or waits is not absent.
insert into valid.left_out
select
    'provisioned/rosters' as found_by,
    'classes.csv' as "file",
    c.line,
    c.class_id as cell
from valid.classes as c
inner join provisioned.live_schools as l on c.school_id = l.school_id
anti join provisioned.classes as made on c.class_id = made.class_id;
