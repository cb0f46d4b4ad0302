-- Which records an id names. Inputs: the published tables; the variable record.

-- One row a row of the files in which the id stands. Key: file, line.
create or replace temp table named_rows as
select *
from sent_rows
where
    school_id = getvariable('record')
    or class_id = getvariable('record')
    or person_id = getvariable('record');

-- One row an account, also a removed one, that has the id. Key: account_id.
create or replace temp table named_accounts as
select
    account_id,
    teacher_id,
    student_id,
    contains(roles, 'guardian') as is_guardian
from accounts
where getvariable('record') in (account_id, teacher_id, student_id)
union all
select
    id,
    teacher_id,
    student_id,
    teacher_id is null and student_id is null
from removed
where kind = 'accounts' and getvariable('record') in (id, teacher_id, student_id);

-- One row a class and person that the id might mean, as in C3/S7. Key: class_id, person_id.
create or replace temp table named_places as
with parts as (
    select
        left(getvariable('record'), p - 1) as class_id,
        substr(getvariable('record'), p + 1) as person_id
    from (select unnest(range(1, length(getvariable('record')) + 1)) as p)
    where substr(getvariable('record'), p, 1) = '/'
)

select distinct
    p.class_id,
    p.person_id
from parts as p
where
    (p.class_id in (select s.class_id from sent_rows as s) or p.class_id in (select c.class_id from classes as c))
    and (
        p.person_id in (select s.person_id from sent_rows as s)
        or p.person_id in (select a.student_id from accounts as a)
        or p.person_id in (select a.teacher_id from accounts as a)
    );

-- One row a record that the id names: school, teacher, student, class, guardian (by account), place (class and person), or
-- person, whom only enrollments.csv names. The role is the file that should have it. Key: kind, id.
create or replace temp table subjects as
with found as (
    select
        'school' as kind,
        school_id as id
    from named_rows
    where school_id = getvariable('record')
    union
    select
        'school',
        school_id
    from schools
    where school_id = getvariable('record')
    union
    select
        'school',
        school_id
    from school_members
    where school_id = getvariable('record')
    union
    select
        case "file" when 'students.csv' then 'student' when 'enrollments.csv' then 'person' else 'teacher' end,
        person_id
    from named_rows
    where person_id = getvariable('record')
    union
    select
        'class',
        class_id
    from named_rows
    where class_id = getvariable('record')
    union
    select
        'class',
        class_id
    from classes
    where class_id = getvariable('record')
    union
    select
        'class',
        id
    from removed
    where kind = 'classes' and id = getvariable('record')
    union
    select
        'teacher',
        teacher_id
    from named_accounts
    where teacher_id = getvariable('record') or account_id = getvariable('record')
    union
    select
        'student',
        student_id
    from named_accounts
    where student_id = getvariable('record') or account_id = getvariable('record')
    union
    select
        'guardian',
        account_id
    from named_accounts
    where account_id = getvariable('record') and is_guardian
    union
    select
        replace("file", 's.csv', ''),
        cell
    from unread_cells
    where
        cell = getvariable('record')
        and "file" in ('teachers.csv', 'students.csv')
        and not exists (from named_rows)
        and not exists (from named_accounts)
    union
    select
        'place',
        getvariable('record')
    from named_places
)

select
    f.kind,
    f.id,
    case f.kind
        when 'school' then 'schools.csv' when 'class' then 'classes.csv' when 'teacher' then 'teachers.csv'
        when 'student' then 'students.csv'
    end as home,
    a.account_id
from found as f
left join named_accounts as a
    on
        (f.kind = 'teacher' and f.id = a.teacher_id)
        or (f.kind = 'student' and f.id = a.student_id)
        or (f.kind = 'guardian' and f.id = a.account_id)
where
    f.id is not null
    and (f.kind != 'person' or not exists (from found as other where other.kind in ('teacher', 'student') and other.id = f.id));
