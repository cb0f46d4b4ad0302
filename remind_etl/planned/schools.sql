-- Schools whose rows are not the whole truth. Inputs: left_out of left_out.sql, raw.<file>, mapped.schools,
-- platform_school_members, platform_classes, platform_class_memberships. $school_count: of the district's limits.

-- One row a file and school of which the platform has records that the file should have too. Key: file, school_id.
create or replace temp table delivered_schools as
select
    "role" || 's.csv' as "file",
    school_id,
    count(*) as records
from platform_school_members
where removed_at is null and "role" in ('teacher', 'student')
group by all
union all
select
    'classes.csv',
    school_id,
    count(*)
from platform_classes
where removed_at is null
group by all
union all
select
    'enrollments.csv',
    c.school_id,
    count(*)
from platform_class_memberships as s
inner join platform_classes as c on s.class_id = c.class_id and c.removed_at is null
where s.removed_at is null and s."role" != 'owner'
group by all;

-- One row a school of the files that waits to be linked. Key: school_id.
create or replace temp table waiting_schools as
select school_id
from mapped.schools
where link not in ('confirmed', 'ignored');

-- One row a school of the platform's records whose rows wait with it, or whose own row was left out. Key: school_id.
create or replace temp table open_schools as
select
    d.school_id,
    case when w.school_id is null then 'the row of the school was left out' else 'the school waits to be linked' end
        as reason
from (select distinct school_id from delivered_schools) as d
left join mapped.schools as m on d.school_id = m.school_id
left join waiting_schools as w on d.school_id = w.school_id
where
    w.school_id is not null
    or (m.school_id is null and d.school_id in (select l.cell from left_out as l where l."file" = 'schools.csv'));

-- One row a file and school that is missing in it: each file for a school that is not in schools.csv, else a file in
-- which it had enough records and has no row now. Key: file, school_id.
create or replace temp table missing_schools as
with named as (
    select
        'teachers.csv' as "file",
        school_id
    from raw.teachers
    union
    select
        'students.csv',
        school_id
    from raw.students
    union
    select
        'classes.csv',
        school_id
    from raw.classes
    union
    select
        'enrollments.csv',
        school_id
    from raw.enrollments
    union
    select
        "file",
        cell
    from left_out
)

select
    d."file",
    d.school_id,
    m.school_id is null as is_vanished,
    case
        when m.school_id is null then 'the school is not in schools.csv'
        else 'no row of the school is in ' || d."file"
    end as reason
from delivered_schools as d
anti join open_schools as o on d.school_id = o.school_id
left join mapped.schools as m on d.school_id = m.school_id
left join named as n on d."file" = n."file" and d.school_id = n.school_id
where m.school_id is null or (m.link = 'confirmed' and n.school_id is null and d.records >= $school_count);
