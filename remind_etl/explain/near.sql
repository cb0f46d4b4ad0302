-- What stands around the subjects. Inputs: the published tables, subjects, named_rows, named_places.

-- One row a row of a file that is about a subject. Key: kind, id, file, line.
create or replace temp table own_rows as
select
    s.kind,
    s.id,
    r.*
from subjects as s
inner join named_rows as r
    on
        s.home = r."file"
        and case s.kind when 'school' then r.school_id when 'class' then r.class_id else r.person_id end = s.id
union all
select
    s.kind,
    s.id,
    r.*
from subjects as s
inner join (from guardian_lines where account_id = getvariable('record')) as g on s.account_id = g.account_id
inner join sent_rows as r on r."file" = 'students.csv' and g.line = r.line
where s.kind = 'guardian'
union all
select
    s.kind,
    s.id,
    r.*
from subjects as s
inner join sent_rows as r on s.kind in ('teacher', 'student') and s.home = r."file" and s.id = r.person_id
where s.id != getvariable('record');

-- One row an enrollment of a subject. Key: kind, id, line.
create or replace temp table places as
select
    s.kind,
    s.id,
    r.*
from subjects as s
inner join sent_rows as r on s.kind in ('teacher', 'student', 'person') and s.id = r.person_id
where r."file" = 'enrollments.csv'
union all
select
    s.kind,
    s.id,
    r.*
from subjects as s
inner join named_rows as r on s.kind = 'class' and s.id = r.class_id
where r."file" = 'enrollments.csv'
union all
select
    'place',
    getvariable('record'),
    r.*
from named_places as p
inner join sent_rows as r on p.class_id = r.class_id and p.person_id = r.person_id
where r."file" = 'enrollments.csv';

-- One row a row of classes.csv of a class in which a subject is, might be, or which it owns. Key: line.
create or replace temp table class_rows as
select *
from sent_rows
where
    "file" = 'classes.csv'
    and (
        class_id in (select p.class_id from places as p)
        or class_id in (select p.class_id from named_places as p)
        or class_id in (select s.id from subjects as s where s.kind = 'class')
        or person_id in (select s.id from subjects as s where s.kind = 'teacher')
    );

-- One row a row of a person who is enrolled in such a class. Key: file, line.
create or replace temp table person_rows as
select *
from sent_rows
where
    "file" in ('teachers.csv', 'students.csv')
    and (
        person_id in (select p.person_id from places as p)
        or person_id in (select p.person_id from named_places as p)
        or person_id in (select c.person_id from class_rows as c)
    );

-- One row a person of these, with the schools of their rows as text. Key: file, person_id.
create or replace temp table persons as
select
    "file",
    person_id,
    coalesce(list_sort(list_distinct(list(school_id))), []) as school_ids,
    coalesce(list_distinct(list(school_id) filter (where is_taken)), []) as taken_school_ids,
    min(line) filter (where not is_taken) as left_out_line
from person_rows
group by "file", person_id;

-- One row a seat on the platform in one of these classes, or of a subject. Key: class_id, account_id, role.
create or replace temp table seats as
select *
from class_members
where
    "role" != 'guardian'
    and (
        class_id in (select c.class_id from class_rows as c)
        or class_id in (select s.id from subjects as s where s.kind = 'class')
        or account_id in (select s.account_id from subjects as s)
    );

-- One row a fault of a line that is about a subject or enrolls it, with what it means. Key: none.
create or replace temp table faults as
with lines as (
    select
        "file",
        line
    from own_rows
    union
    select
        "file",
        line
    from places
)

select distinct
    f.found_by,
    f.code,
    f."file",
    f.line,
    f."column",
    f.record_type,
    p.severity,
    p.message,
    p.fix
from findings as f
inner join lines as l on f."file" = l."file" and f.line = l.line
inner join problems as p
    on
        f.code = p.code
        and f."file" = p."file"
        and f."column" is not distinct from p."column"
        and f.record_type is not distinct from p.record_type
        and f.record_id is not distinct from p.record_id
        and (f.record_id is not null or f.line = p.line);
